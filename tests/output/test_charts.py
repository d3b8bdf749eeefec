"""The charts of a period: the same bytes twice, and legible whatever things are called and however many there are."""

import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pytest

from cmplt.domain.durations import Handling, Timeliness, in_days
from cmplt.domain.figures import Figures, figures
from cmplt.domain.period import Period
from cmplt.domain.policy import Policy
from cmplt.domain.scores import Row, Scores
from cmplt.output import charts, drawing, layout
from cmplt.storage import yamlfile
from tests.office import POLICY

AS_OF = datetime.fromisoformat("2026-04-01T00:05:00+08:00")
SVG = "{http://www.w3.org/2000/svg}"
NAMES: dict[str, list[str]] = {
    "none": [],
    "one": ["销售部"],
    "forty": [f"第{number}服务部" for number in range(40)],
    "long": ["W" * 40, "M" * 40],
    "chinese": ["客" * 40, "户" * 40],
    "sentences": [f"Complaints about the customer-relations department, part {number}" for number in range(5)],
    "odd": ["costs $5 and $6", "$\\frac$", "a_b^c", "\\alpha", "<b> & 'c' \"d\"", "_first", "50%", "{x}", "", "__"],
}
TABLES = ("departments", "channels", "categories", "causes", "severities")


def policy_of(labels: list[str]) -> Policy:
    """A policy that calls its departments, channels, categories, causes and severities by these labels."""
    table = {f"n{number}": {"label": label} for number, label in enumerate(labels)}
    data = {**yamlfile.load(POLICY), **dict.fromkeys(TABLES, table)}
    return Policy({**data, "severities": table or data["severities"]})


def month(labels: list[str]) -> Figures:
    """March 2026 with something to show of everything that has a label, each time a little more."""
    found = figures([], policy_of(labels), period=Period.month("2026-03"), as_of=AS_OF)
    names = [f"n{number}" for number in range(len(labels))]
    many = Counter({name: number for number, name in enumerate(names, 1)})
    lengths = {name: timedelta(days=number * 2) for number, name in enumerate(names)}
    return replace(
        found,
        scores=Scores([Row(name, adjusted=number - 3) for name, number in many.items()], [], [], []),
        trend={each: many if each > "2025-12" else Counter() for each in found.trend},
        by={**found.by, "category": many, "cause": many},
        crossed=Counter({(names[number % min(len(names), 12)], name): number for name, number in many.items()}),
        timeliness={f"task:{label}": Timeliness(number * 7, number, 1) for number, label in enumerate(labels)},
        handling=Handling([each.total_seconds() for each in lengths.values()], in_days(lengths)),
        ages=in_days(lengths),
    )


def drawn(found: Figures, policy: Policy) -> tuple[dict[str, bytes], list[str]]:
    """The charts; nothing that a library has to warn of comes out."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return charts.draw(found, policy, "zh", iter)


def one(chart: Any, found: Figures, policy: Policy) -> ElementTree.Element:
    """One of the charts, read as XML."""
    with drawing.style():
        return ElementTree.fromstring(chart(found, policy, "en").finished()[0])


@cache
def of(names: str) -> dict[str, bytes]:
    """The charts of such a month, drawn once for all tests."""
    return drawn(month(NAMES[names]), policy_of(NAMES[names]))[0]


def svgs(names: str) -> dict[str, ElementTree.Element]:
    """The pictures of such a month, read as XML."""
    return {name: ElementTree.fromstring(svg) for name, svg in of(names).items() if name.endswith(".svg")}


@dataclass(frozen=True)
class Text:
    """A line of text in a picture, and the box that it takes in the reader's browser, by a common font at most."""

    words: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Text") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


def width(character: str) -> float:
    """In ems, what Verdana and DejaVu have for Latin letters."""
    usual = {"W": 0.99, "M": 0.87, "m": 0.98, "w": 0.82, "%": 1.08} | dict.fromkeys("fijlrtI .,:;/()-", 0.46)
    return 1 if ord(character) > 0x2E80 else usual.get(character, 0.79 if character.isupper() else 0.64)


def texts(root: ElementTree.Element) -> Iterator[Text]:
    """Every line of text with its box."""
    for element in root.iter(f"{SVG}text"):
        words, style = "".join(element.itertext()), element.attrib["style"]
        found = re.search(r"font(?:-size)?: ([0-9.]+)px", style)
        anchor = re.search(r"text-anchor: (\w+)", style)
        assert found
        assert anchor
        size, x, y = float(found[1]), float(element.attrib["x"]), float(element.attrib["y"])
        length = size * sum(map(width, words))
        before = length * {"start": 0, "middle": 0.5, "end": 1}[anchor[1]]
        if element.attrib["transform"].startswith("rotate(-90"):
            yield Text(words, x - 0.78 * size, y + before - length, x + 0.22 * size, y + before)
        else:
            yield Text(words, x - before, y - 0.78 * size, x - before + length, y + 0.22 * size)


def words(root: ElementTree.Element) -> list[str]:
    return [text.words for text in texts(root)]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_all_charts_are_drawn_in_their_order() -> None:
    """Each as SVG and as PNG, and whoever watches sees them pass."""
    seen: list[str] = []

    def watch(names: Any) -> Iterator[str]:
        for name in names:
            seen.append(name)
            yield name

    found, missing = charts.draw(month(["x"]), policy_of(["x"]), "en", watch)
    order = ("scores", "trend", "categories", "causes", "channels", "timeliness", "handling", "open")
    assert tuple(seen) == charts.NAMES == order
    assert list(found) == [f"{name}.{kind}" for name in order for kind in ("svg", "png")]
    assert missing == []


@pytest.mark.parametrize("names", NAMES)
def test_pictures_are_as_wide_as_a_telephone_can_show(names: str) -> None:
    """All of one width, so that their type is of one size on a page."""
    for name, root in svgs(names).items():
        _x, _y, across, down = map(float, root.attrib["viewBox"].split())
        assert across == 375, name
        assert down > 40, name
        png = of(names)[name.replace("svg", "png")]
        assert png.startswith(b"\x89PNG")
        assert int.from_bytes(png[16:20]) == 833


@pytest.mark.parametrize("names", ["none", "one"])
def test_the_same_figures_are_the_same_bytes(names: str) -> None:
    """No date, no version, no random identifier: a report that did not change is no change in git."""
    assert of(names) == drawn(month(NAMES[names]), policy_of(NAMES[names]))[0]
    for name, picture in of(names).items():
        assert b"atplotlib" not in picture, name
        assert not re.search(rb"20[0-9]{2}-[0-9]{2}-[0-9]{2}T", picture), name


@pytest.mark.parametrize("names", [name for name in NAMES if name != "none"])
def test_every_name_is_written_out(names: str) -> None:
    """One, forty, names of forty characters, formulas and markup: whole, and as the policy has them."""
    for name in ("scores", "trend", "categories", "causes", "channels", "timeliness"):
        written = squeezed("".join(words(svgs(names)[f"{name}.svg"])))
        for label in NAMES[names]:
            assert squeezed(label) in written, name


@pytest.mark.parametrize("points", [(-4, -2), (0, 0), (5, 3), (-1234, 0, 1234)])
def test_every_score_is_a_signed_number(points: tuple[int, ...]) -> None:
    """At the end of its department's bar: the fewer points, the further to the left."""
    labels = [str(number) for number in points]
    found = month(labels)
    for row, number in zip(found.scores.rows, points, strict=True):
        row.adjusted = number
    lines = list(texts(one(charts.scores, found, policy_of(labels))))[1:]
    names, numbers = lines[: len(points)], lines[len(points) :]
    assert [text.words for text in numbers] == [f"{n:+d}".replace("-", "−") if n else "0" for n in points]
    places = {number: text.left for number, text in zip(points, numbers, strict=True)}
    assert sorted(places.values()) == [places[number] for number in sorted(places)]
    assert max(text.right for text in names) < min(text.left for text in numbers)


@pytest.mark.parametrize("names", NAMES)
def test_nothing_runs_out_of_the_picture(names: str) -> None:
    """Names, numbers and titles stay inside, whatever font the reader has."""
    for name, root in svgs(names).items():
        _x, _y, across, down = map(float, root.attrib["viewBox"].split())
        for text in texts(root):
            assert 0 <= text.left < text.right <= across or not text.words, (name, text)
            assert 0 <= text.top < text.bottom <= down, (name, text)


@pytest.mark.parametrize("names", NAMES)
def test_no_text_lies_on_another(names: str) -> None:
    """Whatever it says, it can be read."""
    for name, root in svgs(names).items():
        found = list(texts(root))
        for index, text in enumerate(found):
            for other in found[index + 1 :]:
                assert not text.meets(other), (name, text, other)


def test_a_month_of_nothing_has_its_charts_all_the_same() -> None:
    """Each with its title and the sentence that there is nothing to show."""
    for root in svgs("none").values():
        title, nothing = words(root)
        assert title
        assert nothing == "nothing to show"


def test_large_numbers_have_room() -> None:
    """Five digits a month are written smaller, not over each other."""
    found = month(["一般", "重大"])
    found = replace(found, trend={each: Counter(n0=98765, n1=12345) for each in found.trend})
    found = replace(found, crossed=Counter({("n0", "n0"): 123456, ("n1", "n1"): 1}))
    found = replace(found, by={"category": Counter(n0=123456, n1=1), "cause": Counter(n0=123456, n1=1)})
    for chart in (charts.trend, charts.channels, charts.categories):
        lines = list(texts(one(chart, found, policy_of(["一般", "重大"]))))
        assert not [(a, b) for index, a in enumerate(lines) for b in lines[index + 1 :] if a.meets(b)]


def test_trend_names_months_years_severities_and_totals() -> None:
    """Twelve months, the year below the first of each, numbers on the parts and above the whole."""
    found = month(["一般", "重大"])
    found.trend["2026-03"] = Counter(n0=5, n1=4)
    written = words(one(charts.trend, found, policy_of(["一般", "重大"])))
    assert {f"{number:02d}" for number in range(1, 13)} | {"2025", "2026", "一般", "重大", "5", "4", "9"} <= set(
        written
    )


def test_categories_fall_and_their_share_grows_to_the_whole() -> None:
    """Pareto: 3 of 6 are half, with 2 more 83 %, and all of them 100 %; of equal ones the policy's first is first."""
    policy = policy_of(["甲", "乙", "丙", "丁"])
    by = {"category": Counter(n3=1, n2=3, n1=1, n0=2), "cause": Counter[str]()}
    found = words(one(charts.categories, replace(month([]), by=by), policy))
    assert [word for word in found if word in "甲乙丙丁"] == ["丙", "甲", "乙", "丁"]
    assert [word for word in found if word.endswith("%")] == ["0%", "50%", "100%", "43%", "71%", "86%", "100%"]
    assert [word for word in found if word.isdigit()] == ["3", "2", "1", "1"]


def test_channels_shows_only_what_occurs() -> None:
    """Rows and columns in the policy's order, then what it does not know, and a number where something came in."""
    policy = policy_of(["甲", "乙", "丙"])
    crossed = Counter({("n2", "n1"): 7, ("n0", "n1"): 2, ("telex", "n0"): 1})
    found = words(one(charts.channels, replace(month([]), crossed=crossed), policy))
    assert found[1:] == ["甲", "丙", "telex", "甲", "乙", "1", "2", "7"]


def test_timeliness_leaves_out_what_was_not_due() -> None:
    """Met, late and overdue by number; a task says that it is one."""
    table = {"response": Timeliness(3, 2, 1), "progress": Timeliness(), "task:call": Timeliness(0, 0, 4)}
    written = words(one(charts.timeliness, replace(month([]), timeliness=table), policy_of([])))
    assert written[1:] == ["Met", "Late", "Overdue", "response", "task call", "3", "2", "1", "0", "0", "4"]


@pytest.mark.parametrize("chart", [charts.handling, charts.open_])
def test_days_are_counted_in_spans(chart: Any) -> None:
    """A day and a second is more than one day; what is older than thirty comes last."""
    lengths = {"a": timedelta(days=1), "b": timedelta(days=1, seconds=1), "c": timedelta(days=31)}
    found = replace(month([]), ages=in_days(lengths), handling=Handling([], in_days(lengths)))
    written = words(one(chart, found, policy_of([])))
    assert [word for word in written[1:] if not word.isdigit()] == ["0–1", "1–3", "3–7", "7–14", "14–30", "> 30"]
    assert [word for word in written[1:] if word.isdigit()] == ["1", "1", "1"]


def test_a_severity_has_its_colour_whatever_else_there_is() -> None:
    """The mildest is blue and the gravest vermilion in every policy; those it does not know come after."""
    for number in range(2, 12):
        policy = policy_of(["x"] * number)
        found = charts.severities(policy, ["gone", "n0"])
        assert found["n0"] == "#0072b2"
        assert found[f"n{number - 1}"] == "#d55e00"
        assert list(found) == [*policy.severities, "gone"]
        assert len(set(found.values())) == min(number, 10) + 1
    assert charts.severities(policy_of(["x"]), [])["n0"] == "#0072b2"


def test_the_colours_of_severities_mean_nothing_else() -> None:
    """Only the trend is coloured by severity; nowhere else do its colours of the mildest and the gravest occur."""
    for name, svg in of("one").items():
        if name.endswith(".svg"):
            assert (b"#0072b2" in svg) == (name == "trend.svg"), name
            assert b"#d55e00" not in svg, name


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast of two colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_all_that_is_written_can_be_read() -> None:
    """WCAG's contrast of 4.5: words to a white page, numbers within a part or a cell to its colour."""
    for colour in (drawing.INK, drawing.MUTED):
        assert contrast(colour, "#ffffff") >= 4.5
    for colour in {*charts._SHADES, *charts.severities(policy_of(["x"] * 9), ["y", "z"]).values()}:
        assert contrast(colour, layout.written_on(colour)) >= 4.5, colour


def test_control_characters_make_no_broken_picture() -> None:
    """A policy may hold \\e and \\uFFFE in quotes, line ends, and marks that turn the writing; XML may not."""
    labels = ["a\x1b[31mb\x00", "c\u202ed\ufffe", "e\nf\tg"]
    pictures, _missing = drawn(month(labels), policy_of(labels))
    for name, picture in pictures.items():
        if name.endswith(".svg"):
            ElementTree.fromstring(picture)
    written = words(ElementTree.fromstring(pictures["scores.svg"]))
    assert {"a\\x1b[31mb\\x00", "c\\x202ed\ufffd", "e f g"} <= set(written)


def test_what_no_font_has_is_named_once() -> None:
    """A car in a department's name, twice, and in a cause's."""
    labels = ["🚗🚗 \U0010fffd", "🚗"]
    assert drawn(month(labels), policy_of(labels))[1] == ["U+1F697 AUTOMOBILE", "U+10FFFD"]

"""The charts of a month: valid SVG, the same bytes twice, and legible whatever the departments are called."""

import re
import warnings
from collections import Counter
from datetime import datetime
from functools import cache
from typing import Any
from xml.etree import ElementTree

import pytest

from cmplt.domain.figures import Figures, figures
from cmplt.domain.policy import Policy
from cmplt.output.charts import charts
from cmplt.storage import yamlfile
from tests.office import POLICY

AS_OF = datetime.fromisoformat("2026-04-01T00:05:00+08:00")
SVG = "{http://www.w3.org/2000/svg}"
NAMES: dict[str, list[str]] = {
    "none": [],
    "one": ["销售部"],
    "forty": [f"第{number}服务部" for number in range(40)],
    "long": ["W" * 40],
    "chinese": ["客" * 40],
}


def office(labels: list[str]) -> Policy:
    """A policy whose departments have these labels."""
    departments = {f"d{number}": {"label": label} for number, label in enumerate(labels)}
    return Policy({**yamlfile.load(POLICY), "departments": departments})


def month(policy: Policy, points: int = 0) -> Figures:
    """A month without complaints, in which every department had its points adjusted, each a little more."""
    found = figures([], policy, month="2026-03", as_of=AS_OF)
    for number, row in enumerate(found.rows):
        row.adjusted = points * (number + 1)
    found.trend["2026-03"] = Counter(general=3, major=1)
    return found


def drawn(labels: list[str], points: int = 0) -> dict[str, bytes]:
    """The charts of such a month, drawn once for all tests."""
    return _drawn(tuple(labels), points)


@cache
def _drawn(labels: tuple[str, ...], points: int) -> dict[str, bytes]:
    return draw(list(labels), points)


def draw(labels: list[str], points: int) -> dict[str, bytes]:
    """The charts of such a month; nothing that a library has to warn of."""
    policy = office(labels)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return charts(month(policy, points), policy, "zh")


def texts(svg: bytes) -> list[str]:
    """What is written in a picture."""
    return ["".join(element.itertext()).strip() for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("points", [-3, 2])
@pytest.mark.parametrize("names", NAMES)
def test_charts_are_svg_with_every_name(names: str, points: int) -> None:
    """No, one, forty departments, and names of forty characters: each is named, with its number, and nothing warns."""
    found = drawn(NAMES[names], points)
    assert set(found) == {"trend.svg", "scores.svg"}
    for svg in found.values():
        root = ElementTree.fromstring(svg)
        assert root.tag == f"{SVG}svg"
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        assert 100 < width < 2000
        assert 100 < height < 2000
    written = texts(found["scores.svg"])
    for number, name in enumerate(NAMES[names], 1):
        assert name in "".join(written)
        assert f"{points * number:+d}".replace("-", "−") in [t.replace("-", "−") for t in written]


@pytest.mark.parametrize("names", NAMES)
def test_the_same_month_is_the_same_bytes(names: str) -> None:
    """No date, no random identifier: a report that did not change is no change in git."""
    first, second = drawn(NAMES[names], 2), draw(NAMES[names], 2)
    assert first == second
    for svg in first.values():
        assert b"<dc:date>" not in svg
        assert not re.search(rb"20[0-9]{2}-[0-9]{2}-[0-9]{2}T", svg)


def test_twelve_months_and_every_severity_are_named() -> None:
    """The trend has its months below and its severities beside it, with the totals."""
    written = texts(drawn(["销售部"])["trend.svg"])
    for words in ("2025-04", "2025-12", "2026-03", "general", "major", "4"):
        assert words in written


@pytest.mark.parametrize(
    "label", ["costs $5 and $6", "$\\frac$", "a_b^c", "\\alpha", "<b> & 'c' \"d\"", "_hidden", "50%", "{x}"]
)
def test_a_label_is_text_and_nothing_else(label: str) -> None:
    """No formula, no markup, not hidden: written as the policy has it."""
    assert label in texts(drawn([label])["scores.svg"])


def test_a_severity_is_named_whatever_it_is_called() -> None:
    """A label that begins with an underscore or holds dollar signs stands in the legend too."""
    data: dict[str, Any] = yamlfile.load(POLICY)
    data["severities"] = {"general": {"label": "_general"}, "major": {"label": "$5 $6"}}
    policy = Policy(data)
    written = texts(charts(month(policy), policy, "en")["trend.svg"])
    assert {"_general", "$5 $6"} <= set(written)


def test_control_characters_make_no_broken_picture() -> None:
    """A policy may hold \\e in quotes; XML may not."""
    for svg in drawn(["a\x1b[31mb\x00", "c\u202ed"]).values():
        ElementTree.fromstring(svg)


def reach(element: ElementTree.Element) -> tuple[float, float]:
    """From where to where a line of text goes, at least: Chinese is one em wide in every font, Latin half of one."""
    words = "".join(element.itertext()).strip()
    size = re.search(r"([0-9.]+)px", element.attrib["style"])
    place = element.attrib.get("x") or element.attrib["transform"].partition("(")[2].split()[0]
    assert size
    width = float(size[1]) * sum(1 if ord(character) > 0x2E80 else 0.5 for character in words)
    anchor = next((each for each in ("middle", "end") if f"text-anchor: {each}" in element.attrib["style"]), "start")
    left = float(place) - width * {"start": 0, "middle": 0.5, "end": 1}[anchor]
    return left, left + width


@pytest.mark.parametrize("points", [-3, 2])
@pytest.mark.parametrize("names", NAMES)
def test_nothing_runs_out_of_the_picture(names: str, points: int) -> None:
    """Names, numbers and heading stay inside, also where the machine that drew it had no Chinese font to measure by."""
    root = ElementTree.fromstring(drawn(NAMES[names], points)["scores.svg"])
    width = float(root.attrib["viewBox"].split()[2])
    for element in root.iter(f"{SVG}text"):
        left, right = reach(element)
        assert left >= 0, "".join(element.itertext())
        assert right <= width, "".join(element.itertext())


@pytest.mark.parametrize("points", [-1, 0, 1])
def test_scores_are_whole_numbers_on_the_axis_too(points: int) -> None:
    """A month in which nothing happened has no marks at a tenth of a point."""
    assert not [words for words in texts(drawn(["销售部"], points)["scores.svg"]) if re.search(r"[0-9]\.[0-9]", words)]

"""Pictures: set in type by no machine's fonts, and part of a page without getting in each other's way."""

import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import pytest
from matplotlib.font_manager import FontProperties, fontManager, get_font
from matplotlib.ft2font import FT2Font

from cmplt.output import charts, drawing
from tests.output.test_charts import NAMES, month, policy_of

FONT = Path(str(files("cmplt.templates"))) / "fonts" / "cmplt-sans-sc.otf"


def picture(text: str = "客户部 <b>&") -> drawing.Picture:
    """A picture with a bit of everything."""
    found = drawing.Picture("A chart of 图表")
    found.bar(50, 50, 100, 10, "#123456")
    found.line([50, 60, 70], [50, 60, 50], drawing.GRID, "o")
    found.words(50, 80, text, "right", colour=drawing.MUTED)
    found.words(100, 80, "up", up=True)
    found.bottom = 100
    return found


def finished(text: str = "客户部 <b>&") -> tuple[bytes, bytes, list[str]]:
    with drawing.style():
        return picture(text).finished()


def test_our_font_has_all_of_gb_2312() -> None:
    """The 6,763 characters and the signs, ASCII and what is written full width; under a name that no other has."""
    rows = [bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF)]
    gb_2312 = "".join(each.decode("gb2312", "ignore") for each in rows)
    assert len([each for each in gb_2312 if "\u4e00" <= each <= "\u9fff"]) == 6763
    ascii_and_wide = "".join(map(chr, (*range(0x20, 0x7F), *range(0x3000, 0x3040), *range(0xFF01, 0xFF61))))
    font = FT2Font(str(FONT))
    assert set(map(ord, gb_2312 + ascii_and_wide + "—·‘’“”…￥")) <= set(font.get_charmap())
    assert font.family_name == "Cmplt Sans SC"
    assert FONT.stat().st_size < 2_000_000


def test_our_font_comes_with_its_licence() -> None:
    """The OFL asks for its text and the copyright line, and that a reserved name is not used."""
    licence = (FONT.parent / "OFL.txt").read_text(encoding="utf-8")
    assert "Copyright 2014-2021 Adobe" in licence
    assert "SIL OPEN FONT LICENSE Version 1.1 - 26 February 2007" in licence
    assert "OTHER DEALINGS IN THE FONT SOFTWARE." in licence


def test_chinese_is_drawn_with_our_font() -> None:
    """Matplotlib's own font has no Chinese; ours stands behind it, before any that is installed."""
    with drawing.style():
        drawing.Picture("x")
        assert fontManager.findfont(FontProperties(family="Cmplt Sans SC"), fallback_to_default=False) == str(FONT)
        paths = [fontManager.findfont(FontProperties(family=name)) for name in matplotlib.rcParams["font.family"]]
    assert paths[1:] == [str(FONT)]
    assert ord("客") not in get_font(paths[0]).get_charmap()
    assert finished("客户部，重大投诉")[2] == []


def test_a_character_that_no_font_has_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, with its number and its name if it has one."""
    assert finished("🚗🚗\U0010fffd")[2] == ["U+1F697 AUTOMOBILE", "U+10FFFD"]
    monkeypatch.setattr(drawing, "_INSTALLED", [])
    assert finished("王喆")[2] == ["U+5586 CJK UNIFIED IDEOGRAPH-5586"]


def test_what_our_font_lacks_is_drawn_with_an_installed_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """STIXGeneral comes with matplotlib, and has ⌚."""
    monkeypatch.setattr(drawing, "_INSTALLED", ["No Such Font"])
    assert finished("⌚")[2] == ["U+231A WATCH"]
    monkeypatch.setattr(drawing, "_INSTALLED", ["No Such Font", "STIXGeneral"])
    assert finished("⌚")[2] == []


def test_the_same_fonts_are_asked_for_whatever_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An SVG is laid out by no font: measured with others it has the same bytes."""
    svg = finished()[0]
    monkeypatch.setitem(drawing._STYLE, "font.family", ["DejaVu Sans Mono"])
    monkeypatch.setattr(drawing, "_FONTS", ["DejaVu Sans Mono"])
    assert finished()[0] == svg
    assert set(re.findall(rb"'DejaVu[^;]*", svg)) == {
        b"'DejaVu Sans', 'Noto Sans CJK SC', 'Source Han Sans SC', 'PingFang SC', 'Microsoft YaHei', 'SimHei', "
        b"'WenQuanYi Micro Hei', sans-serif"
    }


def test_what_a_user_has_set_up_changes_nothing() -> None:
    """A matplotlibrc or a style of their own is not this program's."""
    before = finished()
    own = {"font.size": 30, "svg.fonttype": "path", "path.sketch": (3, 20, 5), "text.usetex": True, "lines.marker": "x"}
    own |= {"figure.facecolor": "black", "savefig.dpi": 20, "text.color": "red", "font.family": ["serif"]}
    with matplotlib.rc_context(own):
        assert finished() == before
        assert matplotlib.rcParams["font.size"] == 30


def test_pictures_say_neither_when_nor_by_what_they_were_drawn() -> None:
    """The same bytes with another version of the library, as far as it draws the same."""
    svg, png, _missing = finished()
    assert b"<dc:date>" not in svg
    assert b"<dc:title>cmplt</dc:title>" in svg
    assert b"Software\0cmplt" in png
    for content in (svg, png):
        assert b"atplotlib" not in content


def test_a_job_without_a_home_is_told_nothing() -> None:
    """Nor that matplotlib makes a temporary folder, nor which fonts are not there."""
    code = "from cmplt.output import drawing\nwith drawing.style():\n    drawing.Picture('图').finished()"
    home = {**os.environ, "HOME": os.devnull}
    result = subprocess.run([sys.executable, "-c", code], env=home, capture_output=True, text=True, check=True)
    assert result.stdout + result.stderr == ""


@pytest.mark.parametrize(
    ("text", "room", "lines"),
    [
        ("", 10, [""]),
        ("客户部", 3, ["客户部"]),
        ("客户部", 2, ["客户", "部"]),
        ("客户部（三）", 4, ["客户部（", "三）"]),
        ("on the way", 5, ["on the", "way"]),
        ("after-sales service", 5, ["after-", "sales", "service"]),
        ("WWWWWW", 3, ["WWW", "WWW"]),
        ("维修 repair 质量", 6, ["维修 repair", "质量"]),
    ],
)
def test_lines_end_where_a_word_ends(text: str, room: float, lines: list[str]) -> None:
    """Chinese anywhere but before its punctuation; only a word that is longer than a line is broken."""
    assert drawing.wrapped(text, room) == lines


def test_type_is_never_wider_than_it_is_taken_for() -> None:
    """By the widths that the fonts here have."""
    words = [
        "Customer relations",
        "WMwm@%",
        "0123456789",
        "客户部（三），四。",
        "fi. jl; (I) [t] r/-",
        "Ärger über Öl",
        "−12",
    ]
    with drawing.style():
        for text in words:
            font = get_font([fontManager.findfont(FontProperties(family=name)) for name in drawing._FONTS])
            font.set_size(100, 72)
            font.set_text(text)
            assert font.get_width_height()[0] / 64 / 100 <= drawing.ems(text), text


def test_a_picture_in_a_page_is_a_fragment() -> None:
    """No prolog, no style that would be the page's, no size of its own; a name for who cannot see it."""
    found = drawing.inline(finished()[0], name="x", label='a "chart" of <b>')
    root = ElementTree.fromstring(found)
    assert found.startswith("<svg ")
    assert not re.search(r"<\?|<!|<metadata|<style|<script|@import", found)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.attrib == {"viewBox": "0 0 375 106", "role": "img", "aria-label": 'a "chart" of <b>'}
    assert "客户部 <b>&" in [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_picture_in_a_page_asks_for_nothing_elsewhere() -> None:
    """No address but the names of the two namespaces."""
    found = drawing.inline(finished()[0], name="x", label="x")
    assert set(re.findall(r"\w+://[^\"' ]*", found)) == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert re.findall(r'(?:href="|url\()(?!#x-)', found) == []


def test_a_page_colours_text_and_lines() -> None:
    """Ink, muted and grid are the page's variables where it has them; what is written stays as it is."""
    found = drawing.inline(finished('#333333 id="a" url(#b) href="#c"')[0], name="x", label="x")
    for name, colour in (("ink", drawing.INK), ("muted", drawing.MUTED), ("grid", drawing.GRID)):
        assert f"var(--{name}, {colour})" in found
    assert len(re.findall(r"(?<!, )#333333", found)) == 1
    assert '>#333333 id="a" url(#b) href="#c"<' in found


def test_eight_pictures_on_a_page_have_each_their_own_ids() -> None:
    """What one refers to is in it, and is nowhere else."""
    labels = NAMES["one"]
    found = charts.draw(month(labels), policy_of(labels), "en", iter)[0]
    page = [drawing.inline(found[f"{name}.svg"], name=name, label=name) for name in charts.NAMES]
    ids = [re.findall(r'\sid="([^"]*)"', each) for each in page]
    every = [each for some in ids for each in some]
    assert len(every) == len(set(every)) > 8
    for own, each in zip(ids, page, strict=True):
        assert set(re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', each)) <= {(name, "") for name in own}

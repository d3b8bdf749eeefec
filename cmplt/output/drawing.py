"""How a chart becomes a picture: fonts, colours, and the same bytes for the same figures on any day."""
# ruff: noqa: E402  (a logger is told to be silent before matplotlib is loaded)

import io
import logging
import os
import re
import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from html import escape
from importlib.resources import as_file, files
from typing import Any

# Else a job without a home is told of a temporary folder, and of fonts that are not installed.
logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
os.environ.pop("MPLBACKEND", None)  # of which an unknown one would keep matplotlib from being loaded

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D

from cmplt.output.messages import harmless

# In points: 5.2 inches wide, so that type of 10 points can be read on a telephone.
WIDTH, MARGIN, SIZE, LINE = 375.0, 6.0, 10.0, 13.0
_TITLE = 12.0
_DPI = 160

INK, MUTED, GRID = "#333333", "#707070", "#d9d9d9"
# What a page may set in their place, for those who like it dark.
_VARIABLES = {INK: "--ink", MUTED: "--muted", GRID: "--grid"}

# A PNG is drawn with matplotlib's own font and ours; for what these lack, with those that are installed.
_FONTS = ["DejaVu Sans", "Cmplt Sans SC"]
_INSTALLED = [
    *("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC"),
    *("Microsoft YaHei", "SimHei", "WenQuanYi Micro Hei"),
]
# The reader's fonts draw an SVG: it asks for the same ones wherever it was made.
_ASKED = ", ".join([*(f"'{name}'" for name in ["DejaVu Sans", *_INSTALLED]), "sans-serif"])
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "cmplt",
    "font.family": _FONTS,
    "text.parse_math": False,
}

# In ems, by the widest of the usual fonts; capitals have 0.84, all else 0.65, and 1 what East Asia writes wide.
_EMS = {
    **dict.fromkeys("mwMW@%", 1.0),
    **dict.fromkeys("#&+−<=>~", 0.84),
    **dict.fromkeys(" fijlrtIJ.,:;!|'/()[]-", 0.45),
}
# What stays in one line: a wide character and the punctuation that clings to it, or a word up to its hyphen.
_WIDE = "\u2e80-\U0010ffff"
_PIECE = re.compile(rf"\s*(?:[{_WIDE}][、。，：；？！）》」』】]*|[^\s{_WIDE}-]*-+|[^\s{_WIDE}-]+)")
_NO_XML = str.maketrans("\ufffe\uffff", "\ufffd\ufffd")


def plain(label: str) -> str:
    """A label as it is written in a picture: one line, nothing unseen."""
    return " ".join(harmless(label).translate(_NO_XML).split())


def pieces(text: str) -> list[str]:
    """What of a text stays in one line."""
    return _PIECE.findall(text)


def ems(text: str) -> float:
    """The most that a text is wide, in ems: the same on every machine, whatever its fonts."""
    return sum(map(_em, text))


@cache
def _em(character: str) -> float:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    width = unicodedata.east_asian_width(character)
    if width in "WF" or (width == "A" and not character.isalpha()):
        return 1
    return _EMS.get(character, 0.84 if character.isupper() else 0.65)


def wrapped(text: str, room: float) -> list[str]:
    """A text in lines of at most `room` ems; only what is longer than a line is broken within."""
    lines = [""]
    for piece in pieces(text):
        for part in [piece] if ems(piece.strip()) <= room else piece:
            if lines[-1] and ems(lines[-1] + part) > room:
                lines.append("")
            lines[-1] = (lines[-1] + part).lstrip()
    return lines


@contextmanager
def style() -> Iterator[None]:
    """Draw as if nobody had ever set anything, and without a word."""
    defaults: Any = dict(matplotlib.rcParamsDefault)
    del defaults["backend"]  # to compare it would load the one for windows
    with matplotlib.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        matplotlib.rcParams.update(defaults | _STYLE)
        _load()
        yield


@cache
def _load() -> None:
    with as_file(files("cmplt.templates") / "fonts" / "cmplt-sans-sc.otf") as path:
        fontManager.addfont(path)


class Picture:
    """A chart while it is drawn: bars, lines and words, in points from the upper left corner."""

    def __init__(self, title: str) -> None:
        self._figure = Figure()
        self._place = Affine2D()
        self._inches = self._place + self._figure.dpi_scale_trans
        self.bottom = MARGIN  # how far down it is filled
        for line in wrapped(plain(title), (WIDTH - 2 * MARGIN) / _TITLE):
            self.words(MARGIN, self.bottom + 7, line, size=_TITLE)
            self.bottom += 15
        self.bottom += 6

    def words(
        self,
        x: float,
        y: float,
        text: str,
        ha: str = "left",
        *,
        colour: str = INK,
        size: float = SIZE,
        up: bool = False,
    ) -> None:
        """A line of words, level and in the middle of `y`, or upwards from there and in the middle of `x`."""
        middle = 0.36 * size  # of a capital or a digit, above the base line
        self._figure.text(
            x + middle if up else x,
            y if up else y + middle,
            text,
            transform=self._inches,
            horizontalalignment=ha,
            verticalalignment="baseline",
            color=colour,
            fontsize=size,
            rotation=90 if up else 0,
            rotation_mode="anchor",
        )

    def bar(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        if width and height:
            self._figure.add_artist(Rectangle((x, y), width, height, color=colour, linewidth=0, transform=self._inches))

    def line(self, xs: Sequence[float], ys: Sequence[float], colour: str, marker: str = "") -> None:
        self._figure.add_artist(
            # of the order of a bar: what is drawn later lies above
            Line2D(xs, ys, color=colour, linewidth=1, marker=marker, markersize=4, transform=self._inches, zorder=1)
        )

    def finished(self) -> tuple[bytes, bytes, list[str]]:
        """As SVG, as PNG, and what no font here has for the PNG."""
        height = self.bottom + MARGIN
        self._figure.set_size_inches(WIDTH / 72, height / 72)
        self._place.scale(1 / 72, -1 / 72).translate(0, height / 72)
        return self._svg(), *self._png()

    def _svg(self) -> bytes:
        self._figure.patch.set_visible(False)
        canvas: Any = FigureCanvasSVG(self._figure)
        written = io.BytesIO()
        canvas.print_svg(written, metadata={"Date": None, "Creator": "cmplt"})
        drawn = ", ".join(f"'{name}'" for name in _FONTS)
        return written.getvalue().replace(drawn.encode(), _ASKED.encode())

    def _png(self) -> tuple[bytes, list[str]]:
        self._figure.patch.set_visible(True)
        self._figure.dpi = _DPI
        png, missing = _drawn(self._figure)
        installed = [name for name in _INSTALLED if name in fontManager.get_font_names()] if missing else []
        if installed:
            for text in self._figure.texts:
                text.set_fontfamily([*_FONTS, *installed])
            png, missing = _drawn(self._figure)
        return png, missing


def _drawn(figure: Figure) -> tuple[bytes, list[str]]:
    """A figure as PNG, and of what matplotlib then warned that it had no glyph for it: `U+1F697 AUTOMOBILE`."""
    canvas: Any = FigureCanvasAgg(figure)
    written = io.BytesIO()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        canvas.print_png(written, metadata={"Software": "cmplt"}, pil_kwargs={"compress_level": 3})
    codes = [code[1] for each in told if (code := re.match(r"Glyph (\d+) ", str(each.message)))]
    missing = [chr(int(code)) for code in dict.fromkeys(codes)]
    return written.getvalue(), [f"U+{ord(each):04X} {unicodedata.name(each, '')}".rstrip() for each in missing]


# What an SVG has for itself alone: what comes before it, who made it, and a style that would be the whole page's.
_ALONE = re.compile(r"^.*?(?=<svg)|<metadata>.*?</metadata>|<defs>\s*<style.*?</defs>|<!--.*?-->", re.DOTALL)
_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {box} role="img" {label}>'


def inline(svg: bytes, *, name: str, label: str) -> str:
    """The picture as part of a page: its ids are its own there, and the page may colour its ink."""

    def tag(found: re.Match[str]) -> str:
        text = re.sub(r'(\sid="|url\(#|href="#)', rf"\g<1>{name}-", found[0])
        return re.sub("|".join(_VARIABLES), lambda ink: f"var({_VARIABLES[ink[0]]}, {ink[0]})", text)

    head, body = re.split(r"(?<=>)", _ALONE.sub("", svg.decode()), maxsplit=1)
    box = re.search(r'viewBox="[^"]*"', head)
    assert box
    return _HEAD.format(box=box[0], label=f'aria-label="{escape(label)}"') + re.sub("<[^>]*>", tag, body).strip()

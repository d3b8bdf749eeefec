"""A month's charts as SVG: the trend by severity and the departments' scores."""

import io
import warnings
from collections.abc import Sequence
from typing import Any

import matplotlib
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cmplt.domain.figures import Figures
from cmplt.domain.policy import Policy
from cmplt.i18n import _
from cmplt.output.messages import harmless

# The reader's own fonts draw the text of an SVG; these are asked for in turn, Chinese ones behind the Latin.
_FONTS = [
    "DejaVu Sans",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "SimHei",
    "WenQuanYi Micro Hei",
    "sans-serif",
]
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "cmplt",
    "font.family": _FONTS,
    "font.size": 10,
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
# Mildest first; blue and vermilion of a palette that colour-blind readers tell apart.
_COLOURS = ("#0072B2", "#D55E00", "#CC79A7", "#009E73", "#E69F00", "#56B4E9")
_INK, _BAD = "#333333", "#D55E00"


@matplotlib.rc_context(_STYLE)
def trend(found: Figures, policy: Policy, language: str) -> bytes:
    """Complaints received in each of the twelve months, stacked by severity."""
    figure, axes = _figure(7.5, 3.2)
    months = list(found.trend)
    bottom = [0] * len(months)
    names = [
        *policy.severities,
        *sorted({name for count in found.trend.values() for name in count} - set(policy.severities)),
    ]
    for index, name in enumerate(names):
        values = [found.trend[month][name] for month in months]
        label = _text(policy.label("severities", name, language))
        axes.bar(months, values, bottom=bottom, color=_COLOURS[index % len(_COLOURS)], width=0.7, label=label)
        bottom = [low + value for low, value in zip(bottom, values, strict=True)]
    for position, total in enumerate(bottom):
        if total:
            axes.annotate(
                str(total),
                (position, total),
                ha="center",
                va="bottom",
                color=_INK,
                xytext=(0, 2),
                textcoords="offset points",
            )
    axes.set_ylim(0, max([*bottom, 1]) * 1.15)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.tick_params(axis="x", labelrotation=45)
    axes.set_title(_("Complaints received by month"), loc="left", color=_INK)
    axes.legend(frameon=False, ncols=3, loc="lower right", bbox_to_anchor=(1, 1))
    return _svg(figure)


@matplotlib.rc_context(_STYLE)
def scores(found: Figures, policy: Policy, language: str) -> bytes:
    """Each department's score as a bar with its number."""
    rows = [
        (_text(policy.label("departments", row.department, language)), row.score(policy) or 0)
        for row in found.rows
        if row.department is not None
    ]
    figure, axes = _figure(7.5, 1.2 + 0.36 * max(len(rows), 1))
    names, values = [name for name, _score in rows], [score for _name, score in rows]
    axes.barh(range(len(rows)), values, color=[_BAD if value < 0 else _COLOURS[0] for value in values], height=0.6)
    axes.set_yticks(range(len(rows)), names)
    axes.invert_yaxis()
    axes.axvline(0, color=_INK, linewidth=0.8)
    for position, value in enumerate(values):
        side = "right" if value < 0 else "left"
        axes.annotate(
            f"{value:+d}" if value else "0",
            (value, position),
            ha=side,
            va="center",
            color=_INK,
            xytext=(-4 if value < 0 else 4, 0),
            textcoords="offset points",
        )
    low, high = min([*values, 0]), max([*values, 0])
    low -= low == high  # all zero: an axis of whole numbers all the same
    span = max(high - low, 1)
    axes.set_xlim(low - 0.12 * span, high + 0.12 * span)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.suptitle(_("Scores of {month}").format(month=found.month), x=0.01, ha="left", color=_INK)
    return _svg(figure)


def _text(label: str) -> str:
    """A label as matplotlib draws it: no control characters, and no underscore first, which hides it."""
    text = harmless(label)
    return f" {text}" if text.startswith("_") else text


def _figure(width: float, height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def _svg(figure: Figure) -> bytes:
    """The figure as SVG, the same bytes for the same figures on any day."""
    text = io.BytesIO()
    with warnings.catch_warnings():
        # the text stays text: what this machine's fonts lack, the reader's draw
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        _quiet("matplotlib.font_manager")
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": "cmplt"})
    return text.getvalue()


def _quiet(name: str) -> None:
    import logging

    logging.getLogger(name).setLevel(logging.ERROR)  # it names every font of the list that is not installed


def charts(found: Figures, policy: Policy, language: str) -> dict[str, bytes]:
    """The charts of a month by their file's name."""
    return {"trend.svg": trend(found, policy, language), "scores.svg": scores(found, policy, language)}


__all__: Sequence[str] = ["charts"]

"""The charts of a report: what each of them shows, and where."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate, cycle, islice

from cmplt.domain.durations import Bucket
from cmplt.domain.figures import Figures
from cmplt.domain.policy import Policy
from cmplt.domain.scores import place
from cmplt.i18n import _
from cmplt.output import drawing, layout
from cmplt.output.drawing import GRID, INK, LINE, MARGIN, MUTED, Picture, plain
from cmplt.output.layout import BAR, GAP, RIGHT, ROW
from cmplt.output.words import obligation, signed

# The mildest severity, the gravest, those between, and those the policy does not know; all eyes tell them apart.
_MILD, _GRAVE = "#0072b2", "#d55e00"
_BETWEEN = ("#e69f00", "#009e73", "#56b4e9", "#cc79a7", "#f0e442", "#999933", "#44aa99", "#882255")
_UNKNOWN = ("#bbbbbb", "#666666")
_STATES = {"met": "#009e73", "late": "#e69f00", "overdue": "#cc3311"}
_BLUE = "#5b7c99"
# From few to many.
_SHADES = ("#dfe8f1", "#b9cbdd", "#8ba8c4", "#50708f", "#2c4763")

_CELL = (24.0, 60.0)  # the narrowest and the widest cell


def scores(found: Figures, policy: Policy, language: str) -> Picture:
    """Each department's score."""
    picture = Picture(_("Scores of {period}").format(period=found.period.name.replace("_", " – ")))
    rows = {row.department: row.score(policy) or 0 for row in found.scores.rows if row.department is not None}
    if not rows:
        return _nothing(picture)
    top = picture.bottom
    left, middles = layout.rows(picture, _lines("departments", rows, policy, language))
    low, high = min(0, *rows.values()), max(0, *rows.values())
    left += layout.width_of(signed(low)) + 2 * GAP if low else 0
    scale = (RIGHT - layout.width_of(signed(high)) - GAP - left) / max(high - low, 1)
    zero = left - low * scale
    for score, middle in zip(rows.values(), middles, strict=True):
        side, ha = (-1, "right") if score < 0 else (1, "left")
        picture.bar(zero, middle - BAR / 2, score * scale, BAR, _BLUE)
        picture.words(zero + score * scale + side * GAP, middle, signed(score), ha)
    picture.line([zero, zero], [top, picture.bottom], INK)
    return picture


def trend(found: Figures, policy: Policy, language: str) -> Picture:
    """What was received in each of the twelve months, by severity."""
    picture = Picture(_("Complaints received by month"))
    present = sum(found.trend.values(), Counter[str]())
    colours = {name: colour for name, colour in severities(policy, present).items() if present[name]}
    if not colours:
        return _nothing(picture)
    layout.key(picture, [(policy.label("severities", name, language), colour) for name, colour in colours.items()])
    stacks = [[(number[name], colour) for name, colour in colours.items()] for number in found.trend.values()]
    middles = layout.columns(picture, [month[5:] for month in found.trend], stacks)
    years = {month[:4]: middle for month, middle in reversed([*zip(found.trend, middles, strict=True)])}
    for year, middle in years.items():
        picture.words(middle, picture.bottom + LINE / 2, year, "center", colour=MUTED)
    picture.bottom += LINE
    return picture


def severities(policy: Policy, present: Iterable[str]) -> dict[str, str]:
    """The colour of every severity, mildest first; then of those that the policy does not know."""
    known = policy.severities
    colours = [_MILD, *islice(cycle(_BETWEEN), max(len(known) - 2, 0)), _GRAVE]
    unknown = sorted({*present} - {*known})
    return {**dict(zip(known, colours, strict=False)), **dict(zip(unknown, cycle(_UNKNOWN), strict=False))}


def categories(found: Figures, policy: Policy, language: str) -> Picture:
    """What customers complained of, the most frequent first."""
    picture = Picture(_("Complaints by category, and their share added up"))
    return _pareto(picture, found.by["category"], "categories", policy, language)


def causes(found: Figures, policy: Policy, language: str) -> Picture:
    """What the complaints were due to, the most frequent first."""
    picture = Picture(_("Complaints by cause, and their share added up"))
    return _pareto(picture, found.by["cause"], "causes", policy, language)


def _pareto(picture: Picture, numbers: Counter[str], table: str, policy: Policy, language: str) -> Picture:
    """Bars in falling order, and by the same scale how much of the whole they come to (Pareto)."""
    if not numbers:
        return _nothing(picture)
    names = sorted(_ordered(numbers, table, policy), key=lambda name: -numbers[name])
    sums = list(accumulate(numbers[name] for name in names))
    top = picture.bottom
    left, middles = layout.rows(picture, _lines(table, names, policy, language))
    left += layout.width_of(str(numbers[names[0]]))
    zero, whole = left + GAP, RIGHT - layout.width_of("100%") - GAP
    xs = [zero + total / sums[-1] * (whole - zero) for total in (0, *sums)]
    for share in (0, 50, 100):
        x = zero + share / 100 * (whole - zero)
        picture.line([x, x], [top, picture.bottom], GRID)
        picture.words(x, picture.bottom + LINE / 2, f"{share}%", "center", colour=MUTED)
    for index, (name, middle) in enumerate(zip(names, middles, strict=True)):
        picture.words(left, middle, str(numbers[name]), "right")
        picture.bar(zero, middle - BAR / 2, xs[index + 1] - xs[index], BAR, _BLUE)
        picture.words(RIGHT, middle, f"{sums[index] / sums[-1]:.0%}", "right", colour=MUTED)
    picture.line(xs[1:], middles, INK, "o")
    picture.bottom += LINE
    return picture


def channels(found: Figures, policy: Policy, language: str) -> Picture:
    """Which categories came in through which channels; below each other where there are too many channels."""
    picture = Picture(_("Complaints by channel and category"))
    if not found.crossed:
        return _nothing(picture)
    across = _ordered((channel for channel, _category in found.crossed), "channels", policy)
    down = _ordered((category for _channel, category in found.crossed), "categories", policy)
    names = _lines("categories", down, policy, language)
    left, most = layout.beside(names), max(len(_SHADES), *found.crossed.values())
    width = min(max((RIGHT - left) / len(across), _CELL[0]), _CELL[1])
    fit = int((RIGHT - left + 1) / width)
    for shown in (across[start : start + fit] for start in range(0, len(across), fit)):
        middles = [left + width * (index + 0.5) for index in range(len(shown))]
        layout.column_names(
            picture, [plain(policy.label("channels", name, language)) for name in shown], middles, width
        )
        for category, y in zip(down, layout.rows(picture, names)[1], strict=True):
            for channel, x in zip(shown, middles, strict=True):
                if number := found.crossed[channel, category]:
                    colour = _SHADES[(number * len(_SHADES) - 1) // most]
                    picture.bar(x - width / 2, y - ROW / 2, width - 1, ROW - 1, colour)
                    layout.inside(picture, x - 0.5, y - 0.5, number, colour, room=width)
        picture.bottom += GAP
    return picture


def timeliness(found: Figures, policy: Policy, language: str) -> Picture:
    """What was due, by name: met, late, overdue."""
    picture = Picture(_("What was due, and whether it was in time"))
    rows = {name: row for name, row in found.timeliness.items() if row.due}
    if not rows:
        return _nothing(picture)
    layout.key(picture, [(_(state.capitalize()), colour) for state, colour in _STATES.items()])
    numbers = [[getattr(row, state) for state in _STATES] for row in rows.values()]
    widths = [layout.width_of(str(max(column))) + 2 * GAP for column in zip(*numbers, strict=True)]
    ends = [RIGHT - sum(widths[index + 1 :]) for index in range(len(widths))]
    for end, colour in zip(ends, _STATES.values(), strict=True):
        picture.bar(end - 8, picture.bottom, 8, 4, colour)
    picture.bottom += 4
    left, middles = layout.rows(picture, [layout.in_lines(_owed(name, policy, language)) for name in rows])
    scale = (RIGHT - sum(widths) - left) / max(row.due for row in rows.values())
    for row, middle in zip(numbers, middles, strict=True):
        x = left
        for number, end, colour in zip(row, ends, _STATES.values(), strict=True):
            picture.bar(x, middle - BAR / 2, layout.apart(number * scale), BAR, colour)
            picture.words(end, middle, str(number), "right")
            x += number * scale
    return picture


def _owed(name: str, policy: Policy, language: str) -> str:
    label = policy.label("deadlines", name, language)
    return label if label != name else obligation(name)


def handling(found: Figures, policy: Policy, language: str) -> Picture:
    """How long the closed complaints took."""
    return _days(_("Closed complaints by days from receipt to close"), found.handling.buckets)


def open_(found: Figures, policy: Policy, language: str) -> Picture:
    """How old the open complaints are."""
    return _days(_("Open complaints by days since receipt"), found.ages)


def _days(title: str, buckets: Sequence[Bucket]) -> Picture:
    picture = Picture(title)
    if not any(bucket.ids for bucket in buckets):
        return _nothing(picture)
    lows = [0, *(bucket.days for bucket in buckets)]
    heads = [f"{low}–{each.days}" if each.days else f"> {low}" for low, each in zip(lows, buckets, strict=False)]
    layout.columns(picture, heads, [[(len(bucket.ids), _BLUE)] for bucket in buckets])
    return picture


def _nothing(picture: Picture) -> Picture:
    picture.words(MARGIN, picture.bottom + LINE / 2, _("nothing to show"), colour=MUTED)
    picture.bottom += LINE
    return picture


def _ordered(names: Iterable[str], table: str, policy: Policy) -> list[str]:
    """Names, each once, in the policy's order."""
    known = list(policy.tables[table])
    return sorted({*names}, key=lambda name: place(name, known))


def _lines(table: str, names: Iterable[str], policy: Policy, language: str) -> list[list[str]]:
    """The labels of rows, each in its lines."""
    return [layout.in_lines(policy.label(table, name, language)) for name in names]


_CHARTS: dict[str, Callable[[Figures, Policy, str], Picture]] = {
    "scores": scores,
    "trend": trend,
    "categories": categories,
    "causes": causes,
    "channels": channels,
    "timeliness": timeliness,
    "handling": handling,
    "open": open_,
}
NAMES = tuple(_CHARTS)


def draw(
    found: Figures, policy: Policy, language: str, watch: Callable[[Sequence[str]], Iterable[str]]
) -> tuple[dict[str, bytes], list[str]]:
    """The charts by the names of their files, and the characters that no font here can draw, each once."""
    files: dict[str, bytes] = {}
    missing: dict[str, None] = {}
    with drawing.style():
        for name in watch(NAMES):
            svg, png, lacking = _CHARTS[name](found, policy, language).finished()
            files |= {f"{name}.svg": svg, f"{name}.png": png}
            missing |= dict.fromkeys(lacking)
    return files, list(missing)

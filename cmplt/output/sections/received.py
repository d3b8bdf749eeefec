"""What came in: by month, category, cause and channel."""

from itertools import accumulate

from cmplt.domain.figures import falling
from cmplt.i18n import _
from cmplt.output.document import Chart, Section, Table
from cmplt.output.sections.brief import Brief, long, numbers, short
from cmplt.output.words import percent


def trend(brief: Brief) -> Section | None:
    trend = brief.found.trend
    if not any(trend.values()):
        return None
    severities = brief.severities(trend.values())
    columns = [
        *short(_("Month")),
        *numbers(*(brief.label("severities", name) for name in severities), _("Total")),
    ]
    rows = [
        [month, *(str(count[name]) for name in severities), str(sum(count.values()))] for month, count in trend.items()
    ]
    said = "; ".join(f"{row[0]}: {row[-1]}" for row in rows)
    chart = Chart("trend", _("Complaints received by month: {said}.").format(said=said))
    return Section("trend", _("Twelve months"), charts=[chart], tables=[Table("", columns, rows)])


def categories(brief: Brief) -> Section | None:
    return _pareto(brief, "categories", "category", _("Categories"), _("Category"))


def causes(brief: Brief) -> Section | None:
    found = _pareto(brief, "causes", "cause", _("Causes"), _("Cause"))
    unknown = brief.found.flow.received - sum(brief.found.by["cause"].values())
    if found is None or not unknown:
        return found
    note = _("{count} of the complaints received have no cause yet.").format(count=unknown)
    return Section(found.key, found.title, found.charts, tables=found.tables, notes=[note])


def _pareto(brief: Brief, table: str, name: str, title: str, column: str) -> Section | None:
    counts = falling(brief.found.by[name], list(brief.policy.tables[table]))
    total = sum(count for _key, count in counts)
    if not total:
        return None
    sums = accumulate(count for _key, count in counts)
    rows = [
        [brief.label(table, key), str(count), percent(100 * count / total), percent(100 * added / total)]
        for (key, count), added in zip(counts, sums, strict=True)
    ]
    columns = [*long(column), *numbers(_("Count"), _("Share"), _("Cumulative"))]
    said = "; ".join(f"{row[0]} {row[1]}" for row in rows)
    chart = Chart(table, f"{title}: {said}.")
    return Section(table, title, charts=[chart], tables=[Table("", columns, rows)])


def channels(brief: Brief) -> Section | None:
    crossed = brief.found.crossed
    if not crossed:
        return None
    channels = brief.known("channels", (channel for channel, _category in crossed))
    categories = brief.known("categories", (category for _channel, category in crossed))
    columns = [*long(_("Category")), *numbers(*(brief.label("channels", key) for key in channels), _("Total"))]
    rows = []
    for category in categories:
        counts = [crossed[channel, category] for channel in channels]
        rows.append([brief.label("categories", category), *(str(n or "") for n in counts), str(sum(counts))])
    by_channel = [(brief.label("channels", key), sum(crossed[key, each] for each in categories)) for key in channels]
    said = "; ".join(f"{label} {count}" for label, count in by_channel)
    chart = Chart("channels", _("Complaints by channel and category. By channel: {said}.").format(said=said))
    title = _("Channels and categories")
    return Section("channels", title, charts=[chart], tables=[Table("", columns, rows)])

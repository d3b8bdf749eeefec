"""Rows as a table, as JSON or as CSV."""

import csv
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from cmplt.i18n import _
from cmplt.output.messages import UNSEEN, harmless

Row = Mapping[str, Any]
# The keys of a row in their order, and the title a table gives each that it shows.
Columns = Mapping[str, str | None]
# How a name of one of the policy's tables is called.
Label = Callable[[str, str | None], str]
# A spreadsheet takes a cell that begins so for a formula; some take the wide forms too.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
# Columns whose keys have labels in the policy.
_LABELLED = {"department": "departments", "owed_by": "departments"}


# Columns that hold instants, shown by the minute in the office's own time.
_INSTANTS = ("due", "received", "at")


def as_it_is(table: str, key: str | None) -> str:
    """A name without a label."""
    return key or ""


def emit(rows: Sequence[Row], columns: Columns, style: str, label: Label) -> None:
    """Print rows; a table of none is nothing."""
    text = (
        as_json(rows)
        if style == "json"
        else as_csv(rows, columns)
        if style == "csv"
        else as_table(rows, columns, label)
    )
    if text:
        click.echo(text)


def as_json(data: Any) -> str:
    return _json(data, indent=2)


def _json(data: Any, indent: int | None = None) -> str:
    try:
        text = json.dumps(data, ensure_ascii=False, indent=indent, allow_nan=False)
    except ValueError:  # what YAML writes .inf or .nan is no number of JSON
        text = json.dumps(_finite(data), ensure_ascii=False, indent=indent)
    return UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)  # the same value, and no harm on a terminal


def _finite(data: Any) -> Any:
    """Data with nothing in the place of what is no number."""
    if isinstance(data, Mapping):
        return {key: _finite(each) for key, each in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(each) for each in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data


def as_csv(rows: Sequence[Row], columns: Columns) -> str:
    """CSV with a header, also of no rows; lists and mappings as JSON, no cell a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_cell(name) for name in columns])
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return text.getvalue().removesuffix("\n")


def _cell(value: Any) -> Any:
    if value is None or value is True or value is False:
        return {None: "", True: "true", False: "false"}[value]
    if isinstance(value, list | dict):
        return _json(value)
    if isinstance(value, str):
        told = harmless(value.replace("\r\n", "\n").replace("\r", "\n"))  # a lone CR ends a row for most readers
        return "'" + told if value.startswith(_FORMULA) else told
    return value


def as_table(rows: Sequence[Row], columns: Columns, label: Label = as_it_is) -> str:
    """A table of the columns that have a title, aligned also where characters are two cells wide."""
    if not rows:
        return ""
    from tabulate import tabulate

    shown = {name: title for name, title in columns.items() if title}
    body = [[_shown(name, row.get(name), label) for name in shown] for row in rows]
    return tabulate(
        body,
        headers=[harmless(_(title)) for title in shown.values()],
        tablefmt="simple",
        disable_numparse=True,
        colalign=["right" if _numeric(name, rows) else "left" for name in shown],
    )


def lateness(seconds: int) -> str:
    """How long something is past its time, in its two largest units; `in …` for what is not due yet."""
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, _("d")), (hours, _("h")), (minutes, _("min")), (rest, _("s"))]
    told = [f"{number} {unit}" for number, unit in parts if number][:2]
    length = " ".join(told) or _("0 s")
    return _("in {length}").format(length=length) if seconds < 0 else length


def _numeric(name: str, rows: Sequence[Row]) -> bool:
    return all(isinstance(row.get(name), int | float) or row.get(name) is None for row in rows)


def _shown(name: str, value: Any, label: Label) -> str:
    if value is None:
        return _("nobody yet") if name == "department" else ""
    if name in _INSTANTS:
        return str(value)[: 16 if value[17:19] == "00" else 19].replace("T", " ")
    if name == "overdue_seconds":
        return lateness(value)
    if name == "commit":
        return str(value)[:10]
    if value is True or value is False:
        return _("yes") if value else ""
    if name in _LABELLED:
        value = label(_LABELLED[name], value)
    text = harmless(str(value)).replace("\n", " ")
    return text if len(text) <= 60 else text[:59] + "…"

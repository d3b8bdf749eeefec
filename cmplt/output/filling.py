"""A form filled from the record of a complaint or of a month."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from cmplt.domain.form import COMPLAINT, MONTH, Columns, Form, Part, Row, Vocabulary
from cmplt.domain.rules import spoken
from cmplt.errors import Problem
from cmplt.i18n import _, speaking
from cmplt.output import messages, monthplaces, places, words
from cmplt.output.document import Column, Table
from cmplt.output.dossier import Dossier, Found
from cmplt.output.monthplaces import Month
from cmplt.output.paper import Block, Box, Paper, paired, width
from cmplt.output.rendering import Templates, form_html, form_markdown

SHORT = 20  # as many characters of a typewriter a cell has that is kept on one line
STYLES: Mapping[str, Callable[[Paper, Templates], str]] = {"md": form_markdown, "html": form_html}


def vocabularies() -> Mapping[str, Vocabulary]:
    """What a form may name, by what it is filled for."""
    return {COMPLAINT: places.vocabulary(), MONTH: monthplaces.vocabulary()}


def of_complaint(form: Form, dossier: Dossier) -> Paper:
    """A form filled for one complaint; the customer's name and contact stand in it whole."""
    with speaking(dossier.language):
        return _paper(form, COMPLAINT, dossier, dossier.case.id, dossier.when(dossier.now))


def of_month(form: Form, month: Month, unreadable: Sequence[Problem]) -> Paper:
    """A form filled for a month; no customer is named in it."""
    with speaking(month.language):
        paper = _paper(form, MONTH, month, month.report["month"], month.when(month.report["as_of"]))
        if not unreadable:
            return paper
        told = _("{count} files cannot be read; what they say is counted nowhere:").format(count=len(unreadable))
        return replace(paper, warnings=[told, *map(messages.problem, unreadable)])


def _paper(form: Form, purpose: str, source: Dossier | Month, number: str, as_of: str) -> Paper:
    parts = form.parts_for(purpose)
    named = frozenset(row.value for part in parts for row in part.rows if row.value)
    language = source.language
    return Paper(
        language=language,
        office=spoken(source.policy.office, language),
        title=spoken(form.title, language),
        number=number,
        blocks=[block for part in parts if (block := _block(part, source, named)).filled],
        signed_on=_("Date"),
        origin=_("Filled from the record as of {time}").format(time=as_of),
    )


def _block(part: Part, source: Dossier | Month, named: frozenset[str]) -> Block:
    language = source.language
    boxes = [box for row in part.rows for box in _boxes(row, source, named)]
    return Block(
        title=spoken(part.title, language),
        text=spoken(part.text, language),
        rows=paired(boxes),
        table=_table(part.table, source) if part.table else None,
        sign=[spoken(label, language) for label in part.sign],
        half=part.half,
    )


def _boxes(row: Row, source: Dossier | Month, named: frozenset[str]) -> list[Box]:
    """The boxes of a row; a row for everything at a place leaves out what the form names by itself."""
    if row.each and isinstance(source, Dossier):
        found = places.EACH[row.each](source)
        return [
            _box(title, each, row, True)
            for key, title, each in found
            if f"{row.each}.{key}" not in named and (each.text or not row.recorded)
        ]
    value = _value(row.value, source) if row.value else Found()
    return [_box(spoken(row.label, source.language), value, row, row.ticked)]


def _value(place: str, source: Dossier | Month) -> Found:
    return places.value(source, place) if isinstance(source, Dossier) else monthplaces.value(source, place)


def _box(label: str, found: Found, row: Row, ticked: bool) -> Box:
    if ticked and found.choices:
        ticks = [(key in found.keys, choice) for key, choice in found.choices]
        return Box(label, ticks=ticks, wide=row.wide)
    return Box(label, lines=found.text.splitlines(), free=row.lines, wide=row.wide)


def _table(table: Columns, source: Dossier | Month) -> Table:
    keys = [key for _label, key in table.columns]
    if isinstance(source, Dossier):
        found = places.rows(source, table.rows, table.actions)
    else:
        found = monthplaces.rows(source, table.rows)
    cells = [[row.get(key, "") for key in keys] for row in found]
    titles = [spoken(label, source.language) for label, _key in table.columns]
    columns = [_column(title, [row[index] for row in cells]) for index, title in enumerate(titles)]
    free = [[""] * len(keys)] * max(table.least - len(cells), 0)
    return Table("", columns, [*cells, *free])


def _column(title: str, cells: Sequence[str]) -> Column:
    """A column of numbers, of words kept on one line, or of sentences, as its cells are."""
    filled = [cell for cell in cells if cell and cell != words.NOTHING]
    if filled and all(cell[-1].isdigit() or cell.endswith("%") for cell in filled) and max(map(width, filled)) < 9:
        return Column(title, "number")
    return Column(title, "short" if max(map(width, filled), default=0) <= SHORT else "long")

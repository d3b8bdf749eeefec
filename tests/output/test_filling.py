"""Forms on paper: what stands beside what, and the vocabulary against its documentation."""

import re
from pathlib import Path

from cmplt.domain.form import COMPLAINT, MONTH, Form, unknown
from cmplt.output import filling, monthplaces, places, placetables
from cmplt.output.paper import Block, Box, Paper, paired, width
from cmplt.storage import yamlfile

DOCS = (Path(__file__).parents[2] / "docs" / "forms.md").read_text(encoding="utf-8")
# Names in the tables of the page that stand for others.
FAMILIES = {"customer.KEY", "details.KEY", "due.NAME", "first.ACTION.FIELD", "last.ACTION.FIELD", "task.NAME.FIELD"}


def tables(title: str) -> tuple[set[str], dict[str, set[str]]]:
    """The places that a section of the page names, and the columns of its tables of rows."""
    section = DOCS.split(f"## {title}\n")[1].split("\n## ")[0]
    named: set[str] = set()
    listed: dict[str, set[str]] = {}
    for table in re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE):
        head, _line, *lines = table.splitlines()
        for line in lines:
            names, columns = (set(re.findall("`([^`]+)`", cell)) for cell in line.strip("|").split("|"))
            if head.startswith("| rows"):
                listed |= dict.fromkeys(names, columns)
            else:
                named |= names
    return named, listed


def test_the_page_names_every_place_and_no_other() -> None:
    """docs/forms.md against the tables of functions, of a complaint and of a month."""
    named, listed = tables("Places in a complaint")
    assert named == {*places.PLACES, "customer.name", "customer.contact", *FAMILIES, *places.EACH}
    columns = {name: set(columns) for name, (_rows, columns) in placetables.TABLES.items()}
    assert {name: found for name, found in listed.items() if name != "events"} == columns
    assert listed["events"] - {"actions"} <= set(placetables.EVENT_COLUMNS)
    named, listed = tables("Places in a month")
    assert named == set(monthplaces.PLACES)
    assert listed == {name: set(columns) for name, (_rows, columns) in monthplaces.TABLES.items()}


def test_the_example_of_the_page_is_a_form() -> None:
    """It names nothing that there is not."""
    (example,) = re.findall(r"^```yaml\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL)
    data = yamlfile.load(example)
    assert unknown(data, filling.vocabularies()) == []
    assert Form.read("visit", data).tables == {"events"}


def test_what_can_be_named_stands_in_the_vocabulary() -> None:
    """Every place that the tables know, and the open families, but not their bare beginnings."""
    of_complaint, of_month = filling.vocabularies()[COMPLAINT], filling.vocabularies()[MONTH]
    for place in ("id", "last.resolve.outcome", "details.anything", "due.response", "task.look.done"):
        assert of_complaint.knows(place)
    for place in ("details.", "last.resolve.rating", "first.nobody.at", "last.amend.changes", "received.at"):
        assert not of_complaint.knows(place)
    assert of_month.knows("on_time")
    assert not of_month.knows("customer.name")


def test_two_narrow_boxes_share_a_line() -> None:
    """A wide one, one of several lines, and one too long for half a line stand alone."""
    narrow, wide = Box("n", ["short"]), Box("w", ["short"], wide=True)
    long, lines, ticks = Box("l", ["长" * 19]), Box("m", ["a", "b"]), Box("t", ticks=[(True, "x" * 40)])
    assert paired([narrow, narrow, narrow]) == [[narrow, narrow], [narrow]]
    assert paired([narrow, wide, narrow, long, lines, ticks, narrow, narrow]) == [
        [narrow], [wide], [narrow], [long], [lines], [ticks], [narrow, narrow],
    ]  # fmt: skip
    assert (width("长"), width("a（")) == (2, 3)


def test_two_half_parts_stand_side_by_side() -> None:
    """The third begins a line of its own."""
    half, whole = Block("h", half=True), Block("w")
    paper = Paper("en", "", "", "", [half, half, half, whole, half], "", "")
    assert paper.beside == [[half, half], [half], [whole], [half]]

"""Forms as data: what a file says, and what it names that there is not."""

from cmplt.domain.form import Form, Part, Row, Unknown, Vocabulary, unknown

KNOWN = {
    "complaint": Vocabulary(
        values={"id", "subject"}, each={"details"}, tables={"tasks": ("due", "done")}, actions={"assign"},
        open=("details.",),
    ),
    "month": Vocabulary(values={"month"}, each=(), tables={}),
}  # fmt: skip


def test_a_form_is_read_as_it_is_written() -> None:
    """Rows, boxes to tick, a table and signature lines, and which parts are for what."""
    form = Form.read("slip", {"title": "Slip", "of": ["complaint", "month"], "parts": [
        {"of": "complaint", "rows": [{"label": "a", "value": "id"}, {"label": "b", "tick": "id"}, {"each": "details"},
                                     {"label": "c", "lines": 2}]},
        {"table": {"rows": "tasks", "columns": [{"label": "Due", "value": "due"}]}, "sign": ["me"]},
    ]})  # fmt: skip
    assert form.of == ("complaint", "month")
    assert form.parts[0].rows == (
        Row("a", "id"), Row("b", "id", ticked=True), Row(each="details"), Row("c", lines=2, wide=True),
    )  # fmt: skip
    assert form.parts[1].table is not None
    assert form.parts[1].table.columns == (("Due", "due"),)
    assert form.parts[1].sign == ("me",)
    assert form.tables == {"tasks"}
    assert form.parts_for("complaint") == list(form.parts)
    assert form.parts_for("month") == [form.parts[1]]
    assert Form.read("slip", {"title": "", "of": "month", "parts": [{}]}).parts == (Part(),)


def test_what_there_is_not_is_found_where_it_stands() -> None:
    """With the nearest name, in the form's order; in a part for several purposes it must be there for each."""
    data = {"of": ["complaint", "month"], "parts": [
        {"of": "complaint", "rows": [{"label": "", "value": "subjekt"}, {"label": "", "value": "details.plate"},
                                     {"label": "", "tick": "details."}, {"each": "detail"}]},
        {"of": "complaint", "table": {"rows": "tasks", "actions": ["assing"],
                                      "columns": [{"label": "", "value": "done"}, {"label": "", "value": "dun"}]}},
        {"of": "complaint", "table": {"rows": "task", "columns": []}},
        {"rows": [{"label": "", "value": "id"}]},
    ]}  # fmt: skip
    assert unknown(data, KNOWN) == [
        Unknown(("parts", 0, "rows", 0, "value"), "subjekt", ("subject",)),
        Unknown(("parts", 0, "rows", 2, "tick"), "details.", ()),
        Unknown(("parts", 0, "rows", 3, "each"), "detail", ("details",)),
        Unknown(("parts", 1, "table", "actions", 0), "assing", ("assign",)),
        Unknown(("parts", 1, "table", "columns", 1, "value"), "dun", ("due",)),
        Unknown(("parts", 2, "table", "rows"), "task", ("tasks",)),
        Unknown(("parts", 3, "rows", 0, "value"), "id", ()),
    ]

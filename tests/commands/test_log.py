"""`cmplt log`."""

from tests.office import Office


def test_log_is_the_audit_trail_from_git(office: Office) -> None:
    """Who committed what and when, oldest first; the instants are those of recording."""
    complaint = office.new(now="2026-03-16T09:00:00+08:00")
    office.ok("assign", complaint, "sales", "--at", "09:30", now="2026-03-16T10:00:00+08:00")
    office.name, office.email = "李明", "lm@example.com"
    office.ok("respond", complaint, "--note", "x", now="2026-03-16T10:30:07+08:00")
    rows = office.json("log", complaint)
    assert [(row["id"], row["at"], row["author"], row["email"], row["subject"]) for row in rows] == [
        (complaint, "2026-03-16T09:00:00+08:00", "王芳", "wf@example.com", f"register {complaint}"),
        (complaint, "2026-03-16T10:00:00+08:00", "王芳", "wf@example.com", f"assign {complaint}: sales"),
        (complaint, "2026-03-16T10:30:07+08:00", "李明", "lm@example.com", f"respond {complaint}"),
    ]
    assert [row["commit"] for row in rows] == office.git("log", "--reverse", "--format=%H", "--", "complaints").split()
    table = office.ok("log", complaint[-4:]).out
    for words in ("register", "assign", "respond", "李明", "2026-03-16 10:30"):
        assert words in table


def test_a_pair_of_events_is_one_line(office: Office) -> None:
    """One command, one commit: both actions are named in it."""
    complaint = office.new("--department", "sales")
    rows = office.json("log", complaint)
    assert len(rows) == 1
    assert "register" in str(rows[0]["actions"])
    assert "assign" in str(rows[0]["actions"])


def test_log_of_several_complaints(office: Office) -> None:
    """Each with its own trail, in the order given; a commit of both stands in both."""
    first, second = office.new("--department", "sales"), office.new("--department", "sales")
    office.ok("respond", first, second, "--note", "x")
    rows = office.json("log", second, first)
    assert [row["id"] for row in rows] == [second, second, first, first]
    assert rows[1]["commit"] == rows[3]["commit"]


def test_a_change_by_hand_is_in_the_trail(office: Office) -> None:
    """Whatever was committed to the file, with cmplt or without, by its own subject."""
    complaint = office.new()
    path = office.file(complaint)
    path.write_text(path.read_text(encoding="utf-8") + "# seen\n", encoding="utf-8")
    office.git("commit", "-qam", "by hand: what I saw")
    assert office.json("log", complaint)[-1]["subject"] == "by hand: what I saw"


def test_a_subject_cannot_forge_the_table(office: Office) -> None:
    """An escape sequence in somebody's commit message is made visible."""
    complaint = office.new()
    path = office.file(complaint)
    path.write_text(path.read_text(encoding="utf-8") + "# seen\n", encoding="utf-8")
    office.git("commit", "-qam", "red \x1b[31malert")
    assert "\x1b" not in office.ok("log", complaint).out


def test_log_refuses_what_is_not_there(office: Office) -> None:
    """No id, or none of a complaint; nothing on stdout for the one that is."""
    office.refused(2, "log", says=["Missing argument"])
    assert office.refused(3, "log", office.new(), "zzzz", says=["no complaint 'zzzz'"]).out == ""

"""`cmplt new`."""

from tests.office import Office


def test_new_registers_a_complaint_in_one_commit(office: Office) -> None:
    """A complaint is one new file, one commit, its id on stdout and what is due on stderr."""
    result = office.one_commit(
        "new", "--channel", "phone", "--category", "attitude", "--customer", "客户甲", "--subject", "态度冷淡"
    )
    found = result.out.strip()
    assert office.git("log", "-1", "--format=%s%n%b").split("\n")[:4] == [
        f"register {found}", f"Complaint: {found}", "Action: register", ""]  # fmt: skip
    assert "assignment: CS by 2026-03-16 10:30" in result.err
    assert office.data(found)["severity"] == "general"
    assert office.event(found)["due"]["registration"] == "2026-03-16T10:30:00+08:00"

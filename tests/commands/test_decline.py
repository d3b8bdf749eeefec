"""`cmplt decline`."""

from tests.office import Office

NOW = "2026-03-16T10:00:00+08:00"


def proposed(office: Office, compensation: str = "100") -> str:
    """A complaint with a proposal that waits."""
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "called")
    office.ok("propose", complaint, "--note", "money", "--compensation", compensation)
    return complaint


def test_decline_ends_the_proposal(office: Office) -> None:
    """It waits no longer: another one has to be made and approved before the complaint can be resolved."""
    complaint = proposed(office)
    result = office.one_commit("decline", complaint, "--note", "太多", "--reason", "预算")
    assert result.out == f"{complaint}\n"
    assert office.event(complaint) == {
        "at": NOW, "by": "王芳", "action": "decline", "role": "general-manager", "note": "太多", "reason": "预算",
    }  # fmt: skip
    assert office.json("show", complaint)[0]["status"] == "in-progress"
    office.refused(3, "resolve", complaint, "--outcome", "paid", says=["general-manager", "cmplt propose"])
    office.ok("propose", complaint, "--note", "less", "--compensation", "50")
    office.ok("approve", complaint)
    office.one_commit("resolve", complaint, "--outcome", "paid")


def test_any_role_of_mine_may_decline(office: Office) -> None:
    """--role names one that is not waited for; an earlier approval does not help then."""
    complaint = proposed(office)
    office.ok("approve", complaint)
    office.one_commit("decline", complaint, "--role", "quality")
    assert office.event(complaint)["role"] == "quality"
    office.refused(3, "resolve", complaint, "--outcome", "paid", says=["general-manager"])


def test_decline_refuses(office: Office) -> None:
    """A role of nobody, somebody without the role, a proposal that was declined already."""
    complaint = proposed(office)
    office.refused(3, "decline", complaint, "--role", "chief", says=["roles.chief"])
    office.name, office.email = "李明", "lm@example.com"
    office.refused(3, "decline", complaint, "--role", "quality", says=["李明"])
    office.name, office.email = "王芳", "wf@example.com"
    office.ok("decline", complaint)
    office.refused(3, "decline", complaint, "--role", "quality", says=["decline is not possible"])

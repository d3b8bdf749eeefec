"""`cmplt adjust`."""

import pytest

from tests.office import POLICY, Office

NOW = "2026-03-16T10:00:00+08:00"


@pytest.mark.parametrize("points", [2, -3, 0])
def test_adjust_adds_or_takes_points_of_the_department_that_has_it(office: Office, points: int) -> None:
    """The department is written out; the score of the month moves by the points."""
    complaint = office.new("--department", "sales")
    result = office.one_commit("adjust", complaint, "--points", str(points), "--reason", "不是他们的错")
    assert result.out == f"{complaint}\n"
    assert office.event(complaint) == {
        "at": NOW, "by": "王芳", "action": "adjust", "points": points, "reason": "不是他们的错", "department": "sales",
    }  # fmt: skip
    rows = {
        each["department"]: each for each in office.json("report", "--month", "2026-03", "--no-write")["departments"]
    }
    assert (rows["sales"]["adjusted"], rows["sales"]["score"]) == (points, points - 1)


def test_another_departments_points_may_be_adjusted(office: Office) -> None:
    """--department, also while the complaint is with nobody."""
    complaint = office.new()
    office.one_commit("adjust", complaint, "--points", "-1", "--department", "parts", "--reason", "x")
    assert office.event(complaint)["department"] == "parts"


@pytest.mark.parametrize("end", [["reject", "--reason", "x"], ["close", "--reason", "x"]])
def test_what_is_over_may_be_adjusted(office: Office, end: list[str]) -> None:
    """Any state."""
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "x")
    office.ok(end[0], complaint, *end[1:])
    office.one_commit("adjust", complaint, "--points", "1", "--reason", "x")


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        (["--points", "1"], 2, ["--reason must be given"]),
        (["--reason", "x"], 2, ["--points must be given"]),
        (["--points", "many", "--reason", "x"], 2, ["--points"]),
        (["--points", "1.5", "--reason", "x"], 2, ["--points"]),
        (["--points", "1", "--department", "nobody", "--reason", "x"], 3, ["no department 'nobody'"]),
        (["--points", "1", "--reason", "x"], 3, ["with no department yet", "--department"]),
    ],
)
def test_adjust_refuses(office: Office, given: list[str], code: int, says: list[str]) -> None:
    """No points, no reason, no whole number, no such department, nobody to give them to."""
    office.refused(code, "adjust", office.new(), *given, says=says)


def test_only_the_roles_of_the_policy_may_adjust(office: Office) -> None:
    """scoring.adjust names them; a role of nobody says what to fill in."""
    office.policy(POLICY.replace("scoring:\n", "scoring:\n  adjust: [chief, quality]\n"))
    complaint = office.new("--department", "sales")
    office.one_commit("adjust", complaint, "--points", "1", "--reason", "x")
    office.name, office.email = "李明", "lm@example.com"
    office.refused(3, "adjust", complaint, "--points", "1", "--reason", "x", says=["李明", "chief, quality"])
    office.policy(POLICY.replace("scoring:\n", "scoring:\n  adjust: [chief]\n"))
    office.refused(3, "adjust", complaint, "--points", "1", "--reason", "x", says=["Nobody holds the role 'chief'"])

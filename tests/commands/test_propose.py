"""`cmplt propose`."""

from typing import Any

import pytest

from tests.office import Office

NOW = "2026-03-16T10:00:00+08:00"


@pytest.fixture
def complaint(office: Office) -> str:
    """A complaint in progress."""
    found = office.new("--department", "sales")
    office.ok("respond", found, "--note", "called")
    return found


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ([], {}),
        (["--remedy", "apology"], {"remedy": "apology"}),
        (["--remedy", "apology", "--remedy", "goodwill"], {"remedy": ["apology", "goodwill"]}),
        (["--compensation", "300"], {"compensation": "300"}),
        (["--compensation", "1200.50"], {"compensation": "1200.50"}),
        (["--compensation", "0"], {"compensation": "0"}),
        (["--compensation", "007.5"], {"compensation": "007.5"}),
    ],
)
def test_propose_writes_down_what_is_offered(
    office: Office, complaint: str, given: list[str], fields: dict[str, Any]
) -> None:
    """The offer in words, remedies as a key or a list of keys, money as decimal text."""
    result = office.one_commit("propose", complaint, "--note", "免费保养", *given)
    assert result.out == f"{complaint}\n"
    assert office.event(complaint) == {"at": NOW, "by": "王芳", "action": "propose", "note": "免费保养", **fields}
    assert office.json("show", complaint)[0]["status"] == "in-progress"


@pytest.mark.parametrize(
    ("compensation", "roles"), [("0", None), ("0.00", None), ("0.01", "general-manager"), ("100000", "general-manager")]
)
def test_whose_approval_is_needed_is_told(office: Office, complaint: str, compensation: str, roles: str | None) -> None:
    """More than the policy's amount asks for the role's approval; that amount itself does not."""
    result = office.one_commit("propose", complaint, "--note", "money", "--compensation", compensation)
    assert ("approval needed from" in result.err) is (roles is not None)
    assert roles is None or roles in result.err


@pytest.mark.parametrize(
    "amount", ["abc", "", "1,000", "1.234", "-5", "+5", ".5", "5.", "1e3", "１００", "¥100", "1 0"]
)
def test_money_is_digits_and_at_most_two_more(office: Office, complaint: str, amount: str) -> None:
    """Anything else is a number that cannot be parsed: exit 2."""
    office.refused(2, "propose", complaint, "--note", "x", "--compensation", amount, says=["amount of money"])


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--remedy", "cash"], ["no remedy 'cash'", "apology, goodwill"]),
        (["--remedy", "apology", "--remedy", "goodwil"], ["'goodwil'", "Did you mean 'goodwill'?"]),
        (["--remedy", "apology", "--remedy", "apology"], ["remedy"]),
    ],
)
def test_propose_refuses_remedies(office: Office, complaint: str, given: list[str], says: list[str]) -> None:
    """A remedy that the policy does not know, or the same twice."""
    office.refused(3, "propose", complaint, "--note", "x", *given, says=says)


def test_propose_needs_an_answer_to_the_customer_first(office: Office) -> None:
    """Only what is in progress can be offered something."""
    office.refused(3, "propose", office.new("--department", "sales"), "--note", "x", says=["assigned", "respond"])

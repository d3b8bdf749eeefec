"""What the retail chain's scenario cannot show: rules that change under way, and the two ways of saying urgent."""

from pathlib import Path

import pytest

from tests.office import Office
from tests.scenarios import script

DETAILS = ("store=线上", "order_no=DD1", "confirmed=true")
GIVEN = [part for each in DETAILS for part in ("--detail", each)]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The scenario's office, on its first morning at nine."""
    return script.Play.begin(script.scenario("retail"), tmp_path / "office").office


def _due(office: Office, complaint: str, name: str) -> str:
    (shown,) = office.json("show", complaint)
    (found,) = (each["due"] for each in shown["obligations"] if each["name"] == name)
    return str(found)


def test_a_new_rule_binds_what_comes_and_moves_no_promise(office: Office) -> None:
    """R34, R39: half the time from now on, and a category less; what was promised stays, and is still labelled."""
    before = office.new(*GIVEN, channel="app", category="price")
    text = (office.root / "cmplt.yaml").read_text(encoding="utf-8")
    text = text.replace("within: 24 hours ", "within: 12 hours ")
    office.policy(text.replace("zh: 价格问题}, ", "zh: 价格问题}, retired: true, "))
    assert _due(office, before, "response") == "2026-09-29T09:00:00+08:00"
    assert "Price" in office.ok("show", before).out
    after = office.new(*GIVEN, channel="app", category="delivery")
    assert _due(office, after, "response") == "2026-09-28T21:00:00+08:00"
    office.refused(3, "new", "--channel", "app", "--category", "price", "--customer", "客户1", "--contact", "1",
                   "--subject", "x", *GIVEN, says=["price"])  # fmt: skip
    assert office.ok("check").out == ""


def test_urgent_is_one_class_however_it_is_said(office: Office) -> None:
    """R14: `--urgent` gives the class its hour, as `--severity urgent` does; so does a later `escalate --urgent`."""
    for said in (["--urgent"], ["--severity", "urgent"]):
        complaint = office.new(*said, *GIVEN, channel="app", category="price")
        assert office.json("show", complaint)[0]["severity"] == "urgent"
        assert _due(office, complaint, "response") == "2026-09-28T10:00:00+08:00"
    later = office.new(*GIVEN, channel="app", category="price")
    office.ok("escalate", later, "--urgent", "--reason", "客户在店门口等候")
    assert _due(office, later, "response") == "2026-09-28T10:00:00+08:00"

"""Policies weakened for a moment, clocks set ahead, merges that let somebody in: each by another way round audit."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from cmplt.history.commits import Past
from cmplt.history.rulings import Rulings
from cmplt.repository.ledger import Ledger
from tests.audited import Audited
from tests.test_signed import needs_ssh, office_with, public

MADE, MEMBERS = "quality: [周洁]", "quality: [周洁, 李明]"
AHEAD = "2099-01-01T10:00:00+08:00"


@pytest.fixture
def office(audited: Audited) -> Audited:
    """An office with a history."""
    return audited


def errors(office: Audited) -> list[tuple[str, str, str]]:
    return [(each.commit, each.path, each.rule) for each in office.found() if each.level == "error"]


def change(office: Audited, old: str, new: str, *, when: str | None = None) -> str:
    """Change the policy by hand; the commit."""
    office.edit(office.root / "cmplt.yaml", old, new)
    return office.commit("policy", when=when)[:10]


def grave(office: Audited) -> str:
    """A complaint of May with an offer that somebody of quality has to approve."""
    office.now = office.now_of("2026-05-06T10:00:00+08:00")
    found = office.ids["X"] = office.new("--department", "service")
    office.do("escalate", found, "--criterion", "safety", "--reason", "r")
    office.do("respond", found, "--note", "n")
    office.do("propose", found, "--remedy", "apology", "--note", "n")
    return found


def merged(office: Audited, first: str, second: str) -> str:
    """Merge one branch into another; the commit."""
    office.git("switch", "-q", first)
    office.later()
    office.git("merge", "-q", "--no-ff", "-m", "merge", second)
    return office.tip()[:10]


@pytest.mark.parametrize("turned", [False, True])
def test_weakened_on_a_branch_of_last_month(office: Audited, turned: bool) -> None:
    """What counts is when it came to those who worked without it: not its date, nor which side was merged."""
    found = grave(office)
    now = office.now
    office.git("switch", "-qc", "desk", "main~5")
    change(office, MADE, MEMBERS, when="2026-03-25T10:00:00+08:00")
    office.now = now
    merged(office, *(("desk", "main") if turned else ("main", "desk")))
    approved = office.do("approve", found, "--role", "quality")[:10]
    change(office, MEMBERS, MADE)
    assert errors(office) == [(approved, office.name_of(office.at("X")), "policy-restored")]


def test_restored_on_a_branch_that_says_it_was_later(office: Audited) -> None:
    """The commit that puts it back may say what it likes: it came no later than the change."""
    found = grave(office)
    now = office.now
    office.git("switch", "-qc", "desk", "main~5")
    change(office, MADE, MEMBERS, when="2026-03-25T10:00:00+08:00")
    office.git("switch", "-qc", "back")
    change(office, MEMBERS, MADE, when="2026-05-01T10:00:00+08:00")
    office.now = now
    merged(office, "main", "desk")
    approved = office.do("approve", found, "--role", "quality")[:10]
    merged(office, "main", "back")
    assert errors(office) == [(approved, office.name_of(office.at("X")), "policy-restored")]


def test_restored_by_a_merge_of_what_was_pushed_before(office: Audited) -> None:
    """The commit that puts it back was seen on a branch of its own: what was entered before it came is judged."""
    found = grave(office)
    change(office, MADE, MEMBERS)
    office.git("switch", "-qc", "back")
    change(office, MEMBERS, MADE)
    office.git("switch", "-q", "main")
    approved = office.do("approve", found, "--role", "quality")
    tip = merged(office, "main", "back")
    past = Past(Ledger(office.root), (office.tip(),))
    merge = next(each for each in past.commits if each.startswith(tip))
    assert approved in Rulings(past).put_back_by({merge}, (merge,))


def test_what_held_for_two_months_is_no_trick(office: Audited) -> None:
    """A colleague who stood in for a time, on whatever branch, and a desk that was away for a day meanwhile."""
    office.git("switch", "-qc", "desk")
    change(office, MADE, MEMBERS)
    merged(office, "main", "desk")
    office.do("respond", office.ids["B"], "--note", "n")
    office.git("switch", "-qc", "away", "main~1")
    office.do("respond", office.ids["D"], "--note", "n")
    merged(office, "main", "away")
    found = grave(office)
    office.do("approve", found, "--role", "quality")
    change(office, MEMBERS, MADE)
    office.silent()


@pytest.mark.parametrize(("put_in", "named"), [("2026-03-23T18:00:00+08:00", False), (None, True)])
def test_a_day_off_that_was_over(office: Audited, put_in: str | None, named: bool) -> None:
    """Closed only when the day was over, and not for long: it decided nothing but what was written up late."""
    office.now = office.now_of(put_in) if put_in else office.now
    policy = office.root / "cmplt.yaml"
    if put_in:  # the day before the story's last events: as if these had come behind it
        office.git("reset", "-q", "--hard", "HEAD~2")
        (office.root / ".git" / "cmplt" / "seen").unlink()
    old = "  holidays: CN\n"
    office.edit(policy, old, f"{old}  exceptions: {{'2026-03-23': closed}}\n")
    office.commit("closed")
    office.now = office.now_of("2026-03-24T10:00:00+08:00")
    late = ("--received", "2026-03-23 14:00", "--at", "2026-03-23 14:01", "--reason", "r", "--department", "service")
    office.ids["X"] = office.new(*late)
    entered = office.tip()[:10]
    office.edit(policy, f"{old}  exceptions: {{'2026-03-23': closed}}\n", old)
    office.commit("as before")
    said = {(commit, rule) for commit, _path, rule in errors(office)}
    assert said == ({(entered, "policy-restored")} if named else set())


def test_a_note_hides_no_weakened_policy(office: Audited) -> None:
    """A due written a holiday too early is a note, and no reason not to ask by which policy it was written."""
    office.now = office.now_of("2026-03-30T10:00:00+08:00")
    office.ids["X"] = office.new("--department", "service")
    office.do("escalate", office.ids["X"], "--criterion", "safety", "--reason", "r")
    office.do("respond", office.ids["X"], "--note", "n")
    change(office, ", {severity: major, role: quality}", "")
    office.do("resolve", office.ids["X"], "--outcome", "o", "--cause", "workmanship")
    office.git("reset", "-q", "--soft", "HEAD~1")
    (office.root / ".git" / "cmplt" / "seen").unlink()
    office.edit(office.at("X"), "followup: 2026-04-07T18:00", "followup: 2026-04-06T18:00")
    office.now -= timedelta(minutes=1)
    resolved = office.commit("resolve")[:10]
    change(office, "role: general-manager}]", "role: general-manager}, {severity: major, role: quality}]")
    path = office.name_of(office.at("X"))
    told = [(each.commit, each.path, each.rule, each.level) for each in office.found() if each.path == path]
    assert told == [(resolved, path, "policy-restored", "error"), (resolved, path, "calendar", "note")]


@pytest.mark.parametrize("what", ["README", "cmplt.yaml", "nothing", "merge", "before the office"])
def test_a_commit_that_is_not_yet(office: Audited, what: str) -> None:
    """Whatever it holds: what honest people write behind it could not be dated right."""
    path = "HEAD"
    if what in ("README", "cmplt.yaml"):
        (office.root / what).write_text((office.root / what).read_text(encoding="utf-8") + "# x\n", encoding="utf-8")
        path = what if what == "cmplt.yaml" else path
    if what == "merge":
        office.git("switch", "-qc", "desk")
        office.commit("notes")
        office.git("switch", "-q", "main")
        office.git("merge", "-q", "--no-ff", "--no-commit", "desk")
    if what == "before the office":
        office.git("switch", "-q", "--orphan", "other")
    commit = office.commit("notes", when=AHEAD)[:10]
    assert (commit, path, "future") in errors(office)
    assert [each.rule for each in office.found() if each.commit == commit].count("future") == 1


def test_clocks_that_differ_in_an_office_that_allows_a_minute(office: Audited) -> None:
    """Five minutes are the desks' clocks, and no late entry."""
    policy = office.root / "cmplt.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + "late_entry: 1 minute\n", encoding="utf-8")
    office.commit("policy")
    office.later(6)
    office.do("respond", office.ids["A"], "--note", "n")
    office.later(-5)
    office.do("respond", office.ids["B"], "--note", "n")
    office.silent()
    office.later(-4)
    office.do("respond", office.ids["D"], "--note", "n")
    office.later(10)
    assert [rule for _commit, _path, rule in errors(office)] == ["clock"]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A private SSH key; the public one lies beside it."""
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "wang")]
    subprocess.run(words, check=True, capture_output=True)
    return tmp_path / "wang"


def stale(root: Path, key: Path) -> tuple[Audited, str]:
    """An office that asks for signed approvals, and a desk that changed the same line before it did: two typos."""
    office = office_with(root, f"王芳 {public(key)}", required=False)
    office.git("switch", "-qc", "desk")
    change(office, "office: Test office", "office: Test Office")
    text = (office.root / "cmplt.yaml").read_text(encoding="utf-8")
    office.git("switch", "-q", "main")
    change(office, "office: Test office", "office: Our office")
    change(office, "signed_approvals: false", "signed_approvals: true")
    office.later()
    return office, text


@needs_ssh
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("takes", ["signed_approvals: false", "signed_approvals: true"])
def test_a_merge_that_takes_the_side_from_before(tmp_path: Path, key: Path, turned: bool, takes: str) -> None:
    """What only one side changed is settled, whichever is merged into which; to take the other's lets somebody in."""
    office, text = stale(tmp_path / "office", key)
    first, second = ("desk", "main") if turned else ("main", "desk")
    office.git("switch", "-q", first)
    office.git("merge", "-q", "--no-ff", second, check=False)
    merged = text.replace("signed_approvals: false", takes)
    (office.root / "cmplt.yaml").write_text(merged, encoding="utf-8")
    commit = office.commit("merge")[:10]
    assert errors(office) == ([] if "true" in takes else [(commit, "cmplt.yaml", "signature")])


@needs_ssh
def test_who_closes_is_signed_too(tmp_path: Path, key: Path) -> None:
    """To close is an approval: that no agreement could be reached."""
    office = office_with(tmp_path / "office", f"王芳 {public(key)}")
    commit = change(office, "{unreconciled: {role: general-manager}}", "{unreconciled: {role: quality}}")
    assert errors(office) == [(commit, "cmplt.yaml", "signature")]


@needs_ssh
@pytest.mark.parametrize("again", [False, True])
def test_two_signed_changes_and_their_merge(tmp_path: Path, key: Path, again: bool) -> None:
    """Two people let in on two sides are let in by the merge; where both changed one value somebody chooses."""
    office = office_with(tmp_path / "office", f"王芳 {public(key)}")
    office.to("王芳")
    for name, value in (("gpg.format", "ssh"), ("user.signingKey", f"{key}.pub"), ("commit.gpgSign", "true")):
        office.git("config", name, value)
    office.git("switch", "-qc", "desk")
    change(office, "{approve: general-manager", "{approve: quality" if again else "{approve: general-manager")
    change(office, "chief: []", "chief: [周洁]")
    office.git("switch", "-q", "main")
    change(office, "{approve: general-manager", "{approve: chief" if again else "{approve: general-manager")
    change(office, MADE, MEMBERS)
    office.git("config", "--unset", "commit.gpgSign")
    office.git("merge", "-q", "--no-ff", "desk", check=False)
    text = office.git("show", "main:cmplt.yaml").replace("chief: []", "chief: [周洁]")
    (office.root / "cmplt.yaml").write_text(text, encoding="utf-8")
    commit = office.commit("merge")[:10]
    assert errors(office) == ([(commit, "cmplt.yaml", "signature")] if again else [])

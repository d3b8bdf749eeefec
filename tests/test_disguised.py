"""Tampering in disguise: each step looks like something honest, and audit names the one that is not."""

import hashlib
from datetime import timedelta

import pytest

from tests.audited import Audited, Finding

BACK = "2026-03-23T10:30:00+08:00"
FAR = "{response: '2036-01-01T00:00:00+08:00', progress: '2036-01-01T00:00:00+08:00'}"


@pytest.fixture
def office(audited: Audited) -> Audited:
    """An office with a history."""
    return audited


def event(office: Audited, action: str, more: str = "", *, at: str | None = None) -> str:
    """An event of the next minute, as somebody types it."""
    return f"- at: {at or (office.now + timedelta(minutes=1)).isoformat()}\n  by: 李明\n  action: {action}\n{more}"


def errors(office: Audited) -> list[tuple[str, str, str]]:
    return [(each.commit, each.path, each.rule) for each in found(office) if each.level == "error"]


def found(office: Audited) -> list[Finding]:
    return office.found()


def talk(office: Audited, *, at: str | None = None, when: str | None = None) -> tuple[str, str]:
    """A talk that somebody appends by hand; the commit and the file."""
    office.add(office.at("B"), event(office, "respond", "  note: told\n", at=at))
    return office.commit(when=when)[:10], office.name_of(office.at("B"))


def test_a_clock_set_back_behind_a_commit_of_nothing(office: Audited) -> None:
    """An empty commit in between does not make the date of the next one right."""
    office.commit("notes", when=BACK)
    commit, path = talk(office, at=BACK, when=BACK)
    assert (commit, path, "clock") in errors(office)


@pytest.mark.parametrize("provisional", ["", "  provisional: [response, progress]\n"])
def test_a_due_far_away(office: Audited, provisional: str) -> None:
    """Whatever the event calls provisional, and without a search through all years."""
    office.add(office.at("B"), event(office, "assign", f"  department: service\n  due: {FAR}\n{provisional}"))
    commit = office.commit()[:10]
    path = office.name_of(office.at("B"))
    assert errors(office) == [(commit, path, "due")] * 2


@pytest.mark.parametrize(
    ("old", "new", "rule"), [("policy: 1", "policy: 7", "policy"), ("points: -5", "points: -1", "merge")]
)
def test_a_policy_that_only_the_merge_has(office: Audited, old: str, new: str, rule: str) -> None:
    """A merge is no place to change the policy: what no side had is named, and what is no policy at all."""
    office.git("switch", "-qc", "desk")
    (office.root / "README").write_text("ours\n", encoding="utf-8")
    office.commit("notes")
    office.git("switch", "-q", "main")
    office.later()
    office.git("merge", "-q", "--no-ff", "--no-commit", "desk")
    office.edit(office.root / "cmplt.yaml", old, new)
    merge = office.commit("merge")[:10]
    assert (merge, "cmplt.yaml", rule) in errors(office)


def test_an_octopus(office: Audited) -> None:
    """What two of three sides cannot agree on is not for the third to settle."""
    path = office.at("D")
    name = office.name_of(path)
    office.git("switch", "-qc", "third")
    (office.root / "README").write_text("ours\n", encoding="utf-8")
    third = office.commit("notes")
    office.git("switch", "-qc", "fake", "main~30", check=False)
    start = office.git("log", "--format=%H", "--diff-filter=A", "main", "--", name).split()[0]
    office.git("switch", "-qC", "fake", f"{start}^")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(office.git("show", f"{start}:{name}").replace("subject: ", "subject: 假"), encoding="utf-8")
    fake = office.commit("another")
    office.git("switch", "-qf", "main")
    office.git("update-index", "--cacheinfo", f"100644,{office.git('rev-parse', f'{fake}:{name}').strip()},{name}")
    office.later()
    tree = office.git("write-tree").strip()
    tip = office.git("commit-tree", tree, "-p", "main", "-p", fake, "-p", third, "-m", "m").strip()
    office.git("reset", "-q", "--hard", tip)
    assert (tip[:10], name, "merge") in errors(office)


@pytest.mark.parametrize(
    ("weak", "back"),
    [("late_entry: 300 days", "late_entry: 60 minutes"), ("late_entry: 300 days", "late_entry: 1 hour")],
)
def test_a_policy_put_back_in_other_words(office: Audited, weak: str, back: str) -> None:
    """What counts is what a policy means."""
    policy = office.root / "cmplt.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + "late_entry: 1 hour\n", encoding="utf-8")
    office.commit("policy")
    office.edit(policy, "late_entry: 1 hour", weak)
    office.commit("for a moment")
    office.later(180)
    office.do("assign", office.ids["B"], "service")
    at = (office.now - timedelta(minutes=150)).isoformat()
    office.do("amend", office.ids["A"], "place=门店", "--reason", "r", "--at", at)
    late = office.tip()[:10]
    office.edit(policy, weak, back)
    office.commit("as before")
    assert errors(office) == []  # the reason was given: nothing rests on the weaker policy
    office.edit(policy, back, weak)
    office.commit("once more")
    office.add(office.at("B"), event(office, "progress", "  note: n\n"))
    office.later(120)
    forged = office.commit()[:10]
    office.edit(policy, weak, back)
    office.commit("as before, again")
    assert late not in {commit for commit, _path, _rule in errors(office)}
    assert (forged, office.name_of(office.at("B")), "policy-restored") in errors(office)


def test_days_closed_for_a_moment(office: Audited) -> None:
    """A day that is closed until a due time is written, and worked again before it comes, was no day off."""
    policy = office.root / "cmplt.yaml"
    day = (office.now + timedelta(days=1)).date().isoformat()
    today = office.now.date().isoformat()
    old = "  holidays: CN\n"
    office.edit(policy, old, f"{old}  exceptions: {{'{today}': closed, '{day}': closed}}\n")
    office.commit("closed")
    assigned = office.do("assign", office.ids["B"], "sales")[:10]
    office.edit(policy, f"  exceptions: {{'{today}': closed, '{day}': closed}}\n", "")
    office.commit("open again")
    assert {(commit, rule) for commit, _path, rule in errors(office)} == {(assigned, "policy-restored")}


def test_a_paper_swapped_before_and_after_it_was_attached(office: Audited) -> None:
    """What was there before an event named it gives nobody a right to put it back."""
    folder = office.root / "attachments" / office.ids["B"]
    folder.mkdir(parents=True, exist_ok=True)
    paper = folder / "p.txt"
    paper.write_text("evil\n", encoding="utf-8")
    office.commit("notes")
    paper.write_text("good\n", encoding="utf-8")
    name = office.name_of(paper)
    digest = hashlib.sha256(b"good\n").hexdigest()
    file = f"{{path: {name}, size: 5, sha256: {digest}}}"
    office.add(office.at("B"), event(office, "attach", f"  files:\n    - {file}\n"))
    office.commit("attach")
    office.silent()
    paper.write_text("evil\n", encoding="utf-8")
    swap = office.commit("notes")[:10]
    assert errors(office) == [(swap, name, "attachment")]


def test_events_without_a_policy(office: Audited) -> None:
    """The policy taken away, an event, the policy put back: the history stays readable, and both are named."""
    policy = office.root / "cmplt.yaml"
    text = policy.read_bytes()
    policy.unlink()
    gone = office.commit("tidy")[:10]
    assert errors(office) == [(gone, "cmplt.yaml", "deleted")]
    commit, path = talk(office)
    policy.write_bytes(text)
    office.commit("as before")
    assert errors(office) == [(gone, "cmplt.yaml", "deleted"), (commit, path, "policy")]


def test_another_beginning(office: Audited) -> None:
    """A history that goes on from nothing, with its own policy, is none of this office's."""
    office.git("switch", "-q", "--orphan", "other")
    office.git("checkout", "-q", "main", "--", "cmplt.yaml", ".gitattributes")
    office.commit("init")
    office.edit(office.root / "cmplt.yaml", "late: -2", "late: 0")
    office.commit("policy")
    twin = "20260324-zzzz"
    text = office.git("show", f"main:{office.name_of(office.at('D'))}").replace(office.ids["D"], twin)
    office.file(twin).parent.mkdir(parents=True, exist_ok=True)
    office.file(twin).write_text(text, encoding="utf-8")
    office.commit("complaint")
    office.git("switch", "-q", "main")
    office.later()
    office.git("merge", "-q", "--no-edit", "--allow-unrelated-histories", "-s", "ours", "other")
    assert errors(office)

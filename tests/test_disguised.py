"""Tampering in disguise: each step looks like something honest, and audit names the one that is not."""

import hashlib
from datetime import timedelta
from pathlib import Path

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
    """No rule says what three sides give together: a merge of more than two is named, whatever it holds."""
    tips = []
    for name in "AB":
        office.git("switch", "-qc", f"desk-{name}", "main")
        office.do("respond", office.ids[name], "--note", "n")
        tips.append(office.tip())
    office.git("switch", "-q", "main")
    office.do("respond", office.ids["D"], "--note", "n")
    office.later()
    office.git("merge", "-q", "-m", "all at once", *tips)
    assert errors(office) == [(office.tip()[:10], "HEAD", "merge")]


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


def another_beginning(office: Audited, holds: str) -> str:
    """A history that goes on from nothing, with its own policy; its first commit."""
    office.git("switch", "-q", "--orphan", "other")
    office.git("checkout", "-q", "main", "--", *(["README"] if holds == "nothing" else ["cmplt.yaml"]))
    start = office.commit("init")
    if holds == "records":
        office.edit(office.root / "cmplt.yaml", "late: -2", "late: 0")
        office.commit("policy")
        twin = "20260324-zzzz"
        text = office.git("show", f"main:{office.name_of(office.at('D'))}").replace(office.ids["D"], twin)
        office.file(twin).parent.mkdir(parents=True, exist_ok=True)
        office.file(twin).write_text(text, encoding="utf-8")
        office.commit("complaint")
    office.later()
    return start[:10]


@pytest.mark.parametrize("holds", ["nothing", "policy", "records"])
def test_another_beginning(office: Audited, holds: str) -> None:
    """A history that goes on from nothing is none of this office's, whatever it begins with, and whatever is kept."""
    start = another_beginning(office, holds)
    office.git("switch", "-q", "main")
    office.git("merge", "-q", "--no-edit", "--allow-unrelated-histories", "-s", "ours", "other")
    assert (start, "HEAD", "history") in errors(office)
    since = office.git("rev-parse", "HEAD^").strip()
    assert (start, "HEAD", "history") in [(e.commit, e.path, e.rule) for e in office.found("--since", since)]


@pytest.mark.parametrize("known", [True, False])
def test_an_office_merged_into_another_beginning(office: Audited, known: bool) -> None:
    """The other one is strange to a clone that has seen the office; to others one of both, and never neither."""
    if not known:
        (office.root / ".git" / "cmplt" / "seen").unlink()
    beginning = office.git("rev-list", "--max-parents=0", "main").strip()[:10]
    start = another_beginning(office, "policy")
    office.git("merge", "-q", "--no-edit", "--allow-unrelated-histories", "-X", "theirs", "main")
    assert (start if known else beginning, "HEAD", "history") in errors(office)


def both_changed_the_policy(office: Audited) -> None:
    """A merge that stands before its commit, of two sides that changed one line of the policy."""
    policy = office.root / "cmplt.yaml"
    office.git("switch", "-qc", "desk")
    office.edit(policy, "points: -5", "points: -4")
    office.commit("policy")
    office.git("switch", "-q", "main")
    office.edit(policy, "points: -5", "points: -6")
    office.commit("policy")
    office.git("merge", "-q", "desk", check=False)


def test_a_policy_that_a_merge_deletes(office: Audited) -> None:
    """Both sides had changed it, so no rule says what it must be; but gone it must not be."""
    both_changed_the_policy(office)
    office.git("rm", "-qf", "cmplt.yaml")
    merge = office.commit("merge")[:10]
    assert errors(office) == [(merge, "cmplt.yaml", "deleted")]


def attached(office: Audited, path: str) -> str:
    """An event by hand that names `good`; the commit."""
    file = f"{{path: {path}, size: 5, sha256: {hashlib.sha256(b'good' + bytes([10])).hexdigest()}}}"
    office.add(office.at("B"), event(office, "attach", f"  files:\n    - {file}\n"))
    return office.commit("attach")[:10]


def paper_of(office: Audited) -> Path:
    """A file that no event names yet."""
    paper = office.root / "attachments" / office.ids["B"] / "p.txt"
    paper.parent.mkdir(parents=True, exist_ok=True)
    paper.write_text("good\n", encoding="utf-8")
    office.commit("notes")
    return paper


@pytest.mark.parametrize("gone", [False, True])
def test_a_paper_swapped_where_no_event_names_it(office: Audited, gone: bool) -> None:
    """On a branch of its own, and merged where an event names it; whoever puts it right does no wrong."""
    paper = paper_of(office)
    office.git("switch", "-qc", "desk")
    paper.unlink()
    if not gone:
        paper.write_text("evil\n", encoding="utf-8")
    office.commit("notes")
    office.git("switch", "-q", "main")
    attached(office, office.name_of(paper))
    office.later()
    office.git("merge", "-q", "--no-ff", "-m", "merge", "desk")
    named = [(office.tip()[:10], office.name_of(paper), "attachment")]
    assert errors(office) == named
    paper.parent.mkdir(parents=True, exist_ok=True)
    paper.write_text("good\n", encoding="utf-8")
    office.commit("put right")
    assert errors(office) == named


def test_a_paper_that_was_changed_is_named_once(office: Audited) -> None:
    """Where it was changed, and not once more by the merge that brings it."""
    paper = paper_of(office)
    attached(office, office.name_of(paper))
    office.git("switch", "-qc", "desk")
    paper.write_text("evil\n", encoding="utf-8")
    swap = office.commit("notes")[:10]
    office.git("switch", "-q", "main")
    office.do("respond", office.ids["A"], "--note", "n")
    office.later()
    office.git("merge", "-q", "--no-ff", "-m", "merge", "desk")
    assert errors(office) == [(swap, office.name_of(paper), "attachment")]


def test_a_paper_brought_back_as_another(office: Audited) -> None:
    """To delete it is one deed, to bring another one in its place a second."""
    paper = paper_of(office)
    attached(office, office.name_of(paper))
    paper.unlink()
    gone = office.commit("tidy")[:10]
    paper.parent.mkdir(parents=True, exist_ok=True)
    paper.write_text("evil\n", encoding="utf-8")
    back = office.commit("back")[:10]
    name = office.name_of(paper)
    assert errors(office) == [(gone, name, "deleted"), (back, name, "attachment")]


@pytest.mark.parametrize("spelt", ["//p.txt", "/./p.txt", "/p.txt\\r", "/p.txt\\0", "/p.txt\\u200b"])
def test_a_paper_under_another_spelling(office: Audited, spelt: str) -> None:
    """The name must be the file's own: under any other nobody would find out what becomes of it."""
    paper = paper_of(office)
    commit = attached(office, '"' + office.name_of(paper).replace("/p.txt", spelt) + '"')
    assert errors(office) == [(commit, office.name_of(office.at("B")), "attachment")]


def test_a_record_where_git_cannot_ask(office: Audited) -> None:
    """A merge that brings a complaint of its own, in a folder whose name breaks a line."""
    office.git("switch", "-qc", "desk")
    office.do("respond", office.ids["A"], "--note", "n")
    office.git("switch", "-q", "main")
    office.do("respond", office.ids["B"], "--note", "n")
    office.git("merge", "-q", "--no-ff", "--no-commit", "desk")
    path = office.root / "complaints" / "2026" / "0\n3" / "20260317-zzzz.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(office.text("E").replace(office.ids["E"], "20260317-zzzz"), encoding="utf-8")
    merge = office.commit("merge")[:10]
    result = office.audit()
    assert result.code == 1
    assert result.out.startswith(merge)
    assert result.out.rstrip().endswith("[merge]")


def test_an_event_slipped_in_with_what_is_brought_back(office: Audited) -> None:
    """A complaint deleted and brought back with an approval that nobody gave."""
    path = office.at("A")
    text = path.read_bytes()
    path.unlink()
    gone = office.commit("tidy")[:10]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text)
    office.add(path, event(office, "approve", "  role: general-manager\n").replace("李明", "王芳"))
    back = office.commit("back")[:10]
    name = office.name_of(path)
    assert (gone, name, "deleted") in errors(office)
    assert (back, name, "author") in errors(office)


def test_an_event_while_the_policy_is_none(office: Audited) -> None:
    """What is written while nobody can read the policy is judged by the last one that could be."""
    office.do("propose", office.ids["D"], "--remedy", "goodwill", "--compensation", "5", "--note", "n")
    policy = office.root / "cmplt.yaml"
    office.edit(policy, "policy: 1", "policy: 7")
    office.add(office.at("D"), event(office, "approve", "  role: general-manager\n").replace("李明", "王芳"))
    commit = office.commit("approve")[:10]
    office.edit(policy, "policy: 7", "policy: 1")
    office.commit("as before")
    name = office.name_of(office.at("D"))
    assert {(commit, "cmplt.yaml", "policy"), (commit, name, "author"), (commit, name, "role")} == set(errors(office))


def test_a_complaint_that_begins_as_nothing(office: Audited) -> None:
    """A new file that cannot be read, filled with a complaint of last week."""
    path = office.file("20260317-zzzz")
    path.write_text("oops: [\n", encoding="utf-8")
    unread = office.commit("oops")[:10]
    path.write_text(office.text("E").replace(office.ids["E"], "20260317-zzzz"), encoding="utf-8")
    filled = office.commit("mended")[:10]
    name = office.name_of(path)
    assert (unread, name, "unreadable") in errors(office)
    assert (filled, name, "late-entry") in errors(office)


@pytest.mark.parametrize("again", [False, True])
def test_an_approval_of_another_proposal(office: Audited, again: bool) -> None:
    """A proposal that a merge puts before an approval, which was given for the one before it: nobody approved that.

    Proposed and approved once more, it counts.
    """
    b, offer = office.ids["B"], ("--remedy", "goodwill", "--note", "n", "--compensation")
    office.do("propose", b, *offer, "100")
    base, begun = office.tip(), office.now
    office.later(2)
    office.to("王芳").do("approve", b)
    office.git("switch", "-qc", "desk", base)
    office.now = begun
    office.to("李明").do("propose", b, *offer, "90000")
    office.git("switch", "-q", "main")
    office.now = begun + timedelta(minutes=10)
    office.git("merge", "-q", "--no-ff", "-m", "merge", "desk")
    assert errors(office) == []
    if again:
        office.do("propose", b, *offer, "90000")
        office.to("王芳").do("approve", b)
    commit = office.to("李明").do("resolve", b, "--outcome", "paid", "--cause", "attitude")[:10]
    assert errors(office) == ([] if again else [(commit, office.name_of(office.at("B")), "approval")])


@pytest.mark.parametrize("lines", ["  provisional: [progress, progress]\n", "  due: {}\n", "  provisional: []\n"])
def test_an_event_that_no_reader_takes(office: Audited, lines: str) -> None:
    """What `check` would call broken for ever after, since nobody may mend it, is kept out."""
    office.add(office.at("B"), event(office, "respond", f"  note: n\n{lines}"))
    commit = office.commit()[:10]
    assert (commit, office.name_of(office.at("B")), "process") in errors(office)


def test_an_approval_in_anothers_name(office: Audited) -> None:
    """The author's name is the approver's, and whoever committed it goes by another."""
    b = office.ids["B"]
    office.do("propose", b, "--remedy", "goodwill", "--compensation", "100", "--note", "small")
    office.later()
    office.add(office.at("B"), event(office, "approve", "  role: general-manager\n").replace("by: 李明", "by: 王芳"))
    office.git("add", "-A")
    office.git("commit", "-qm", "approve", "--author", "王芳 <wf@example.com>")
    assert (office.tip()[:10], office.name_of(office.at("B")), "author") in errors(office)

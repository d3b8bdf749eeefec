"""The history under attack: what plain git and an editor can forge is named, in its place, and nothing else is."""

import json
import re
import shutil
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

import pytest

from tests.audited import Audited, Finding, Named, Tampering, opened

TAMPERINGS: dict[str, Tampering] = {}
APPEND = ("append-only",)


def tampering(name: str, *given: object) -> Callable[[Callable[..., Named]], Callable[..., Named]]:
    """Put a way to tamper on the list under a name; several ways may share one function."""

    def decorate(function: Callable[..., Named]) -> Callable[..., Named]:
        assert name not in TAMPERINGS
        TAMPERINGS[name] = lambda office: function(office, *given)
        return function

    return decorate


@pytest.fixture
def office(audited: Audited) -> Audited:
    """Here an office has a history."""
    return audited


# --- lines that were written are changed ------------------------------------------------------------------------


@tampering("changed due", "A", "response: 2026-03-23T12:00", "response: 2026-03-23T17:00")
@tampering("edited fact", "A", "subject: 态度冷淡", "subject: 态度尚可")
@tampering("edited severity", "D", "severity: general", "severity: major")
@tampering("edited note of the last event", "A", "note: being looked into", "note: settled")
@tampering("edited outcome", "A", "outcome: apologised", "outcome: paid")
@tampering("edited actor", "M", "by: 王芳", "by: 周洁")
@tampering("edited fact of a measure", "M", "title: 培训", "title: 培训（已完成）")
@tampering("changed due of a measure", "M", "measure: 2026-04-20T18:00", "measure: 2026-05-20T18:00")
@tampering("same data in other bytes", "A", "subject: 态度冷淡", "subject: '态度冷淡'")
@tampering("a blank at the end of a line", "A", "channel: phone", "channel: phone ")
@tampering("a remark behind a value", "A", "channel: phone", "channel: phone # a colleague's")
@tampering("text that looks like a comment", "A", "  说明\n", "  说明\n  # 另有隐情\n")
@tampering("a fact added", "A", "subject: 态度冷淡\n", "subject: 态度冷淡\nplace: 展厅\n")
@tampering("the schema's line taken away", "B", "# yaml-language-server: $schema=", "# was: ")
@tampering("back-dated in place", "A", "at: 2026-03-24T09:30", "at: 2026-03-23T11:30")
@tampering("an instant in another offset", "A", "at: 2026-03-24T09:30:00+08:00", "at: 2026-03-24T01:30:00Z")
def edited(office: Audited, name: str, old: str, new: str) -> Named:
    line = office.edit(office.at(name), old, new)
    near = range(line - 2, line + 2)  # of a line in a block: the block's key; of one that is gone: what stands there
    return Named(office.commit(), office.name_of(office.at(name)), APPEND, near)


@tampering("edited at the parent's date")
def edited_at_a_forged_date(office: Audited) -> Named:
    line = office.edit(office.at("A"), "note: called again", "note: all is well")
    when = office.git("log", "-1", "--format=%cI").strip()
    return Named(office.commit(when=when), office.name_of(office.at("A")), APPEND, [line])


@tampering("edited while a real event is added")
def edited_on_the_side(office: Audited) -> Named:
    """By a clerk who stages nothing: the change rides along in what looks like a command's commit."""
    scratch = Audited(office.root.parent / "scratch", office.now, ids=office.ids).to("李明")
    shutil.copytree(office.root, scratch.root)
    scratch.do("respond", office.ids["A"], "--note", "true")
    office.at("A").write_bytes(scratch.at("A").read_bytes())
    line = office.edit(office.at("A"), "rating: 2", "rating: 5")
    message = scratch.git("log", "-1", "--format=%B")
    return Named(office.commit(message), office.name_of(office.at("A")), APPEND, [line])


@tampering("CRLF")
def carriage_returns(office: Audited) -> Named:
    """Stored past git's own attributes."""
    name = office.name_of(office.at("B"))
    office.at("B").write_bytes(office.at("B").read_bytes().replace(b"\n", b"\r\n"))
    blob = office.git("hash-object", "-w", "--no-filters", name).strip()
    office.git("update-index", "--cacheinfo", f"100644,{blob},{name}")
    office.later()
    office.git("commit", "-qm", "line ends")
    office.git("checkout", "-q", "--", name, check=False)
    return Named(office.tip(), name, APPEND)


def events_of(text: str) -> tuple[str, list[str]]:
    """A file's head, and the lines of each event."""
    head, _, rest = text.partition("events:\n")
    return head + "events:\n", ["  - " + part for part in re.split(r"^  - ", rest, flags=re.MULTILINE)[1:]]


def rewritten(office: Audited, name: str, change: Callable[[list[str]], list[str]]) -> Named:
    text = office.text(name)
    head, events = events_of(text)
    changed = head + "".join(change(events))
    line = next(
        at for at, (one, other) in enumerate(zip_longest(text.splitlines(), changed.splitlines()), 1) if one != other
    )
    office.at(name).write_text(changed, encoding="utf-8")
    return Named(
        office.commit(),
        office.name_of(office.at(name)),
        APPEND,
        [*range(line - 1, text.count("\n") + 2), head.count("\n")],
    )


@tampering("removed event", "A", 4)
@tampering("removed last event", "A", -1)
@tampering("removed event of a measure", "M", -1)
def removed(office: Audited, name: str, index: int) -> Named:
    def change(events: list[str]) -> list[str]:
        del events[index]
        return events

    return rewritten(office, name, change)


@tampering("re-ordered", "A")
@tampering("re-ordered measure", "M")
def reordered(office: Audited, name: str) -> Named:
    return rewritten(office, name, lambda events: [*events[:-2], events[-1], events[-2]])


@tampering("an event slipped in")
def slipped_in(office: Audited) -> Named:
    extra = "  - at: 2026-03-16T10:06:00+08:00\n    by: 李明\n    action: respond\n    note: at once\n"
    return rewritten(office, "A", lambda events: [*events[:2], extra, *events[2:]])


# --- events are added that did not happen so --------------------------------------------------------------------


def added(office: Audited, name: str, event: str, *rules: str, when: str | None = None) -> Named:
    """Somebody appends an event by hand; `when`: and forges the date of the commit."""
    line = office.add(office.at(name), event)
    end = office.text(name).count("\n")
    return Named(office.commit(when=when), office.name_of(office.at(name)), rules, range(line, end + 1))


TALK = "- at: {at}\n  by: 李明\n  action: respond\n  note: told\n"
STEP = "- at: {at}\n  by: 李明\n  action: done\n  note: it is done\n"
BACK = "2026-03-23T10:30:00+08:00"


@tampering("back-dated event", "B", TALK.format(at=BACK))
@tampering("back-dated event of a measure", "M", STEP.format(at=BACK))
@tampering("back-dated without a reason", "B", TALK.format(at=f"{BACK}\n  recorded: 2026-03-24T10:01:00+08:00"))
def back_dated(office: Audited, name: str, event: str) -> Named:
    return added(office, name, event, "late-entry")


@tampering("back-dated, and recorded so too")
def back_dated_twice(office: Audited) -> Named:
    """`recorded` is forged as well; only the commit's own date tells."""
    at = f"{BACK}\n  recorded: 2026-03-23T10:40:00+08:00"
    return added(office, "B", TALK.format(at=at), "late-entry")


@tampering("back-dated with its commit", "B", TALK)
@tampering("measure back-dated with its commit", "M", STEP)
def back_dated_commit(office: Audited, name: str, event: str) -> Named:
    named = added(office, name, event.format(at=BACK), "clock", when=BACK)
    return Named(named.commit, named.path, ("clock",))  # it is the commit that lies


@tampering("event with a future date", "B", TALK)
@tampering("measure's event with a future date", "M", STEP)
def of_the_future(office: Audited, name: str, event: str) -> Named:
    return added(office, name, event.format(at="2026-03-24T11:30:00+08:00"), "future")


@tampering("a complaint made up afterwards")
def fabricated(office: Audited) -> Named:
    """A whole file, of last week."""
    path = office.file("20260317-zzzz")
    head, events = events_of(office.text("E").replace(office.ids["E"], "20260317-zzzz"))
    path.write_text(head + events[0], encoding="utf-8")
    return Named(office.commit(), office.name_of(path), ("late-entry",))


@tampering("event before the receipt", "B")
def before_receipt(office: Audited, name: str) -> Named:
    at = "2026-03-16T10:20:00+08:00\n  recorded: 2026-03-24T10:01:00+08:00"
    return added(office, name, TALK.format(at=at) + "  reason: forgotten\n", "process")


@tampering("a due of one's own", "2026-03-30T18:00:00+08:00")
@tampering("no due at all", None)
def another_due(office: Audited, progress: str | None) -> Named:
    """A new assignment, written by hand, with more time than the policy gives."""
    due = f"  due:\n    response: 2026-03-24T13:01:00+08:00\n    progress: {progress}\n" if progress else ""
    event = f"- at: 2026-03-24T10:01:00+08:00\n  by: 李明\n  action: assign\n  department: parts\n{due}"
    return added(office, "B", event, "due")


@tampering("an event that the process does not allow", "- at: {now}\n  by: 李明\n  action: respond\n  note: told\n")
@tampering("a second rejection", "- at: {now}\n  by: 李明\n  action: reject\n  reason: again\n")
def not_allowed(office: Audited, event: str) -> Named:
    return added(office, "E", event.format(now="2026-03-24T10:01:00+08:00"), "process")


@tampering("no reason")
def no_reason(office: Audited) -> Named:
    event = "- at: 2026-03-24T10:01:00+08:00\n  by: 李明\n  action: reopen\n"
    return added(office, "E", event, "process", "unreadable", "schema")


@tampering("resolved without the approval that it needs")
def unapproved(office: Audited) -> Named:
    now = "2026-03-24T10:01:00+08:00"
    event = (
        f"- at: {now}\n  by: 李明\n  action: resolve\n  outcome: repaired\n  agreed: {now}\n  due:\n"
        "    feedback: 2026-03-24T18:00:00+08:00\n    followup: 2026-03-31T18:00:00+08:00\n"
        "  opens:\n    followup: 2026-03-29T00:00:00+08:00\n"
    )
    return added(office, "D", event, "approval")


APPROVAL = "- at: 2026-03-24T10:02:00+08:00\n  by: {by}\n  action: approve\n  role: general-manager\n"
FORGED = ("author", "role")


@tampering("forged approver", "王芳")
@tampering("approver without the role", "李明")
def forged_approval(office: Audited, by: str) -> Named:
    office.do("propose", office.ids["B"], "--remedy", "goodwill", "--compensation", "50", "--note", "n")
    return added(office, "B", APPROVAL.format(by=by), *FORGED)


@tampering("forged approver of a measure", "王芳")
@tampering("approver of a measure without the role", "李明")
def forged_measure_approval(office: Audited, by: str) -> Named:
    plan = ("--kind", "preventive", "--title", "复核", "--department", "sales", "--due", "2026-05-20 18:00")
    office.later()
    office.ids["M2"] = office.ok("measure", "new", *plan).out.strip()
    event = f"- at: 2026-03-24T10:02:00+08:00\n  by: {by}\n  action: approve\n"
    return added(office, "M2", event, *FORGED)


@tampering("wrong author")
def wrong_author(office: Audited) -> Named:
    """A complaint closed in the name of who may close it, by somebody else."""
    event = "- at: 2026-03-24T10:01:00+08:00\n  by: 王芳\n  action: close\n  reason: no agreement\n"
    return added(office, "B", event, *FORGED)


@tampering("half an event", "- at: 2026-03-24T10:01:00+08:00\n  by: 李明\n")
@tampering("an unknown key", TALK.format(at="2026-03-24T10:01:00+08:00") + "  secret: 1\n")
@tampering("an unknown action", "- at: 2026-03-24T10:01:00+08:00\n  by: 李明\n  action: forgive\n")
@tampering("garbage", "garbage: [\n")
def unreadable(office: Audited, lines: str) -> Named:
    return added(office, "B", lines, "unreadable", "append-only", "schema", "process")


# --- files are taken away, moved, replaced ----------------------------------------------------------------------


@tampering("deleted file", "A")
@tampering("deleted measure", "M")
def deleted(office: Audited, name: str) -> Named:
    path = office.name_of(office.at(name))
    office.git("rm", "-q", path)
    return Named(office.commit(), path, ("deleted",))


@tampering("deleted attachment")
def deleted_paper(office: Audited) -> Named:
    path = f"attachments/{office.ids['A']}/照片.jpg"
    office.git("rm", "-q", path)
    return Named(office.commit(), path, ("deleted", "attachment"))


@tampering("renamed file", "A", "complaints/2026/04/{id}.yaml")
@tampering("renamed to another id", "A", "complaints/2026/03/20260316-zzzz.yaml")
@tampering("renamed away", "A", "archive/{id}.yaml")
@tampering("renamed measure", "M", "measures/2025/{id}.yaml")
@tampering("renamed attachment", "照片.jpg", "attachments/{A}/photo.jpg")
def renamed(office: Audited, name: str, to: str) -> Named:
    path = office.name_of(office.at(name)) if name in office.ids else f"attachments/{office.ids['A']}/{name}"
    target = to.format(id=office.ids.get(name), **office.ids)
    (office.root / target).parent.mkdir(parents=True, exist_ok=True)
    office.git("mv", path, target)
    rules = ("renamed", ("attachment",)) if path.startswith("attachments") else ("renamed",)
    return Named(office.commit(), (path, target), rules)


@tampering("edited attachment")
def edited_paper(office: Audited) -> Named:
    path = office.root / "attachments" / office.ids["A"] / "照片.jpg"
    path.write_bytes(b"another picture")
    return Named(office.commit(), office.name_of(path), ("attachment",))


@tampering("an attachment that is not what its event says")
def forged_paper(office: Audited) -> Named:
    path = office.root / "attachments" / office.ids["B"] / "bill.txt"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"another bill")
    event = (
        "- at: 2026-03-24T10:01:00+08:00\n  by: 李明\n  action: attach\n  files:\n"
        f"  - path: {office.name_of(path)}\n    size: 12\n    sha256: {'0' * 64}\n"
    )
    office.add(office.at("B"), event)
    return Named(office.commit(), (office.name_of(path), office.name_of(office.at("B"))), ("attachment",))


@tampering("submodule in place of a file", "160000", "A")
@tampering("submodule in place of a measure", "160000", "M")
@tampering("symlink in place of a file", "120000", "A")
@tampering("symlink in place of an attachment", "120000", "照片.jpg")
def replaced(office: Audited, mode: str, name: str) -> Named:
    path = office.name_of(office.at(name)) if name in office.ids else f"attachments/{office.ids['A']}/{name}"
    target = "/etc/passwd"
    (office.root.parent / "target").write_text(target, encoding="utf-8")
    blob = office.git("hash-object", "-w", str(office.root.parent / "target")).strip()
    office.git("update-index", "--cacheinfo", f"{mode},{office.tip() if mode == '160000' else blob},{path}")
    office.later()
    office.git("commit", "-qm", "as ordered")
    return Named(office.tip(), path, ("file-kind",))


@tampering("symlink in place of the complaints' folder")
def replaced_folder(office: Audited) -> Named:
    """A link where a month's files lay, which lie elsewhere now, as they were."""
    folder = office.root / "complaints" / "2026" / "04"
    folder.symlink_to("03")
    return Named(office.commit(), "complaints/2026/04", ("file-kind",))


# --- redact -----------------------------------------------------------------------------------------------------


@tampering("redact that touches more", "note: nothing", "subject: 重复", "subject: 不实")
@tampering("redact that blanks more", "note: nothing", "subject: 重复", "subject: '[redacted]'")
@tampering("redact that takes a line", "note: nothing", "urgent: false\n", "")
def redacted_more(office: Audited, _note: str, old: str, new: str) -> Named:
    path, name = office.at("E"), office.name_of(office.at("E"))
    office.later()
    scratch = Audited(office.root.parent / "scratch", office.now, ids=office.ids).to("李明")
    shutil.copytree(office.root, scratch.root)
    scratch.ok("redact", office.ids["E"], "--reason", "asked for")
    path.write_bytes(scratch.at("E").read_bytes())
    line = office.edit(path, old, new)
    office.git("commit", "-qam", scratch.git("log", "-1", "--format=%B"))
    return Named(office.tip(), name, ("redaction", "append-only"), [line] if new else None)


@tampering("blanked without a redact")
def blanked(office: Audited) -> Named:
    line = office.edit(office.at("E"), "subject: 重复", "subject: '[redacted]'")
    return Named(office.commit(), office.name_of(office.at("E")), ("append-only", "redaction"), [line])


# --- the policy -------------------------------------------------------------------------------------------------


@tampering("policy weakened and restored", ", {severity: major, role: quality}", "")
@tampering("policy weakened by a role and restored", "quality: [周洁]", "quality: [周洁, 李明]", "approve")
@tampering("deadlines weakened and restored", "within: 2 working hours", "within: 8 working hours", "assign")
def weakened(office: Audited, old: str, new: str, *used: str) -> Named:
    """The policy asks for less, a complaint is handled by that, and the policy is what it was."""
    policy, major = office.root / "cmplt.yaml", office.ids["D"]
    before = policy.read_bytes()
    if used == ("approve",):
        office.do("propose", major, "--remedy", "apology", "--note", "n")
    office.edit(policy, old, new)
    weak = office.commit("for a moment")
    done = {"approve": ("approve", major, "--role", "quality"), "assign": ("assign", office.ids["B"], "parts")}
    ending = ("resolve", major, "--outcome", "done", "--cause", "workmanship")
    work = office.do(*(done[used[0]] if used else ending))
    policy.write_bytes(before)
    paths = tuple(office.name_of(office.at(name)) for name in "BD")
    return Named((weak, work, office.commit("as before")), ("cmplt.yaml", *paths), ("policy-restored",))


@tampering("invalid policy")
def invalid_policy(office: Audited) -> Named:
    policy = office.root / "cmplt.yaml"
    before = policy.read_bytes()
    policy.write_bytes(before.replace(b"intake: customer-service", b"intake: nobody"))
    commit = office.commit("a slip")
    policy.write_bytes(before)
    office.commit("mended")
    return Named(commit, "cmplt.yaml", ("policy",))


@tampering("policy taken away")
def no_policy(office: Audited) -> Named:
    before = (office.root / "cmplt.yaml").read_bytes()
    office.git("rm", "-q", "cmplt.yaml")
    commit = office.commit()
    (office.root / "cmplt.yaml").write_bytes(before)
    office.commit()
    return Named(commit, "cmplt.yaml", ("policy", "deleted"))


# --- merges -----------------------------------------------------------------------------------------------------


def parted(office: Audited) -> None:
    """An event on each of two branches, to different complaints; main is checked out."""
    office.git("switch", "-qc", "desk")
    office.do("respond", office.ids["A"], "--note", "at the desk")
    office.git("switch", "-q", "main")
    office.do("respond", office.ids["B"], "--note", "at the counter")


@tampering("merge that drops a side", "A", "--strategy=ours")
@tampering("merge that drops our side", "B", "--strategy-option=theirs")
def dropped_side(office: Audited, name: str, how: str) -> Named:
    parted(office)
    office.later()
    office.git("merge", "-q", "--no-commit", "--no-ff", how if how == "--strategy=ours" else "--strategy=ort", "desk")
    if name == "B":
        office.git("checkout", "-q", "desk", "--", office.name_of(office.at("B")))
    office.git("commit", "-qm", "Merge branch 'desk'")
    return Named(office.tip(), office.name_of(office.at(name)), ("merge",))


@tampering("evil merge that adds", "A", TALK)
@tampering("evil merge that adds to a file of neither side", "D", TALK)
@tampering("evil merge that edits", "D", None)
def evil_merge(office: Audited, name: str, event: str | None) -> Named:
    parted(office)
    office.later()
    office.git("merge", "-q", "--no-commit", "--no-ff", "desk")
    path = office.at(name)
    if event:
        office.add(path, event.format(at=office.now.isoformat()))
    else:
        office.edit(path, "subject: 刹车失灵", "subject: 刹车异响")
    office.git("commit", "-qam", "Merge branch 'desk'")
    return Named(office.tip(), office.name_of(path), ("merge",))


@tampering("evil merge that brings a file")
def evil_file(office: Audited) -> Named:
    parted(office)
    office.later()
    office.git("merge", "-q", "--no-commit", "--no-ff", "desk")
    path = office.file("20260316-zzzz")
    path.write_text(office.text("B").replace(office.ids["B"], "20260316-zzzz"), encoding="utf-8")
    office.git("add", "-A")
    office.git("commit", "-qm", "Merge branch 'desk'")
    return Named(office.tip(), office.name_of(path), ("merge",))


@tampering("evil merge that deletes")
def evil_deletion(office: Audited) -> Named:
    parted(office)
    office.later()
    office.git("merge", "-q", "--no-commit", "--no-ff", "desk")
    path = office.name_of(office.at("D"))
    office.git("rm", "-qf", path)
    office.git("commit", "-qm", "Merge branch 'desk'")
    return Named(office.tip(), path, ("merge", "deleted"))


@tampering("evil merge that swaps an attachment")
def evil_paper(office: Audited) -> Named:
    parted(office)
    office.later()
    office.git("merge", "-q", "--no-commit", "--no-ff", "desk")
    path = office.root / "attachments" / office.ids["A"] / "照片.jpg"
    path.write_bytes(b"another picture")
    office.git("commit", "-qam", "Merge branch 'desk'")
    return Named(office.tip(), office.name_of(path), ("merge", "attachment"))


@tampering("edited on a branch that was merged")
def edited_on_a_branch(office: Audited) -> Named:
    office.git("switch", "-qc", "desk", "HEAD~3")
    line = office.edit(office.at("M"), "title: 培训", "title: 培训完毕")
    commit = office.commit()
    office.git("switch", "-q", "main")
    office.later()
    office.git("merge", "-q", "--no-ff", "-m", "Merge branch 'desk'", "desk")
    return Named(commit, office.name_of(office.at("M")), APPEND, [line])


@tampering("attributes gone", "")
@tampering("attributes without the merge rule", "cmplt.yaml text eol=lf\nattachments/** -text\n")
@tampering("attributes overruled", "{before}*.yaml merge=ours\n")
@tampering("attributes overruled by a macro", "{before}[attr]quiet -merge\ncomplaints/** quiet\n")
@tampering("attributes overruled by a macro of a macro", "[attr]a binary\n[attr]b a\n{before}complaints/** b\n")
@tampering("attributes overruled by the pattern of an id", "{before}2026????-???*.ya[m]l merge=union\n")
@tampering("attributes overruled for all files", "{before}* text=auto\n")
@tampering("attributes unset", "{before}measures/** !eol\n")
@tampering("attributes that let git keep other bytes", "{before}/complaints/2026/** filter=shout\n")
@tampering("attributes that name an encoding", "{before}cmplt.yaml working-tree-encoding=UTF-16\n")
@tampering("attributes under an escaped name", '{before}"compl\\141ints/**" ident\n')
@tampering("attributes beside the files", "* -diff\n", "complaints/.gitattributes")
@tampering("attributes beside the papers", "* text\n", "attachments/x/.gitattributes")
def other_attributes(office: Audited, text: str, name: str = ".gitattributes") -> Named:
    """git is told to treat the office's files otherwise; nothing else happens yet."""
    path = office.root / name
    if text:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("{before}", before), encoding="utf-8")
    else:
        path.unlink()
    return Named(_committed(office, name), name, ("attributes",))


def _committed(office: Audited, name: str) -> str:
    """A file committed alone, and put back in the work tree so that commands go on."""
    commit = office.commit(paths=(name,))
    office.git("restore", "--source=HEAD^", "--worktree", "--ignore-skip-worktree-bits", ".gitattributes")
    return commit


@tampering("hidden by git replace")
def hidden(office: Audited) -> Named:
    """A replacement in this clone shows an honest tree where the commit has another."""
    honest = office.tip()
    line = office.edit(office.at("A"), "note: called again", "note: all is well")
    commit = office.commit()
    tree, parent = office.git("rev-parse", f"{honest}^{{tree}}").strip(), honest
    fake = office.git("commit-tree", tree, "-p", parent, "-m", "as ordered").strip()
    office.git("replace", commit, fake)
    return Named(commit, office.name_of(office.at("A")), APPEND, [line])


# --- what must hold of each -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_named(office: Audited, name: str) -> None:
    """The commit, the file, the line and the rule are named; the honest commits behind it are not."""
    expected = TAMPERINGS[name](office)
    office.names(expected)
    office.now = office.now.replace(hour=13)
    for other in "AB":
        if expected.spares(office.name_of(office.at(other))):
            office.ok("progress", office.ids[other], "--note", "looked into")
    office.new("--department", "parts")
    office.names(expected)


@pytest.mark.parametrize("name", ["changed due", "edited note of the last event", "re-ordered", "edited attachment",
                                  "back-dated event", "policy weakened and restored", "same data in other bytes",
                                  "a due of one's own", "forged approver", "removed event"])  # fmt: skip
def test_later_events_of_the_same_complaint_are_not_blamed(office: Audited, name: str) -> None:
    """What honest people append to a file that was tampered with adds no finding."""
    expected = TAMPERINGS[name](office)
    office.now = office.now.replace(hour=13)
    for other in "AB":
        office.ok("assign", office.ids[other], "parts", "--owner", "赵敏")
        office.ok("respond", office.ids[other], "--note", "told")
    office.names(expected)


@pytest.mark.parametrize(
    "author",
    [b"\xff\xfe <lm@example.com>", "李明".encode("gbk") + b" <lm@example.com>", b"<>", b" <>",
     b"a\x1fb\x1ec <lm\x1f@example.com>", b"a\x00b <lm@example.com>", b"a\tb <a> <b>"],
    ids=["no text", "GBK", "nobody", "no name", "separators", "NUL", "two addresses"],
)  # fmt: skip
def test_commits_that_no_git_would_write(office: Audited, author: bytes) -> None:
    """Whatever stands in a commit's header, audit goes on behind it and names what was done."""
    office.later()
    stamp = author + b" %d +0800\n" % office.now.timestamp()
    line = office.edit(office.at("A"), "rating: 2", "rating: 5")
    office.git("add", "-A")
    head = f"tree {office.git('write-tree').strip()}\nparent {office.tip()}\n".encode()
    raw = office.root.parent / "commit"
    raw.write_bytes(head + b"author " + stamp + b"committer " + stamp + b"\nas ordered\n")
    commit = office.git("hash-object", "-t", "commit", "-w", "--literally", str(raw)).strip()
    office.git("update-ref", "refs/heads/main", commit)
    findings = office.found()
    assert ("append-only", line) in {(each.rule, each.line) for each in findings if each.commit == commit[:10]}
    assert {each.rule for each in findings} <= {"append-only", "clock", "author", "unreadable"}


# --- history rewritten ------------------------------------------------------------------------------------------


def worked(office: Audited) -> None:
    """Three commands within the hour, to three complaints."""
    for name in "ABD":
        office.do("respond", office.ids[name], "--note", "told")


def squash(office: Audited) -> None:
    office.git("reset", "-q", "--soft", "HEAD~2")
    office.commit("respond to both")


def amend(office: Audited) -> None:
    office.edit(office.at("D"), "note: told\n", "note: explained\n")
    office.later()
    office.git("commit", "-qa", "--amend", "--no-edit")


def amend_date(office: Audited) -> None:
    """The same tree and message at another date."""
    office.later()
    office.git("commit", "-q", "--amend", "--no-edit", "--date", "2026-03-24T10:03:30+08:00")


def drop(office: Audited) -> None:
    office.git("reset", "-q", "--hard", "HEAD~1")


def drop_middle(office: Audited) -> None:
    office.git("rebase", "-q", "--onto", "HEAD~2", "HEAD~1")


def anew(office: Audited) -> None:
    """All of it as one new commit, made by plumbing."""
    tree = office.git("rev-parse", "HEAD~1^{tree}").strip()
    office.git("reset", "-q", "--hard", office.git("commit-tree", tree, "-p", "HEAD~2", "-m", "told").strip())


REWRITTEN = (squash, amend, amend_date, drop, drop_middle, anew)


@pytest.mark.parametrize("how", REWRITTEN, ids=lambda how: how.__name__)
@pytest.mark.parametrize("seen", ["audit", "commands"])
def test_a_rewritten_history_is_named(office: Audited, how: Callable[[Audited], None], seen: str) -> None:
    """Whether the clone had audited what was rewritten, or only made it; again at every later audit."""
    worked(office)
    if seen == "audit":
        office.silent()
    how(office)
    for _ in range(2):
        assert [(each.rule, each.level) for each in office.found()] == [("history", "error")]
        office.now = office.now.replace(hour=13)
        office.ok("respond", office.ids["A"], "--note", "honest")


@pytest.mark.parametrize("how", [squash, amend, drop], ids=lambda how: how.__name__)
def test_a_rewritten_history_that_was_pulled_is_named(
    office: Audited, tmp_path: Path, how: Callable[[Audited], None]
) -> None:
    """Somebody else's force push, taken over by a reset; this clone had only audited."""
    worked(office)
    clone = Audited(tmp_path / "clone", office.now, ids=office.ids).to("周洁")
    office.git("clone", "-q", str(office.root), str(clone.root))
    clone.silent()
    how(office)
    clone.now = office.now
    clone.git("fetch", "-q")
    clone.git("reset", "-q", "--hard", "origin/main")
    assert [each.rule for each in clone.found()] == ["history"]


def test_a_history_made_of_one_commit_is_named(office: Audited, tmp_path: Path) -> None:
    """Even in a fresh clone: what it says to have happened days ago was entered late, all of it."""
    tree = office.git("rev-parse", "HEAD^{tree}").strip()
    office.git("reset", "-q", "--hard", office.git("commit-tree", tree, "-m", "office").strip())
    clone = Audited(tmp_path / "clone", office.now, ids=office.ids).to("周洁")
    office.git("clone", "-q", str(office.root), str(clone.root))
    findings = clone.found()
    assert {office.name_of(office.at(name)) for name in "ABCDEM"} <= {each.path for each in findings}
    assert {each.commit for each in findings} == {office.tip()[:10]}


# --- since --------------------------------------------------------------------------------------------------


def test_since_audits_only_what_came_later(office: Audited) -> None:
    """What lies before the commit that an office wrote down is taken as proven."""
    named = TAMPERINGS["changed due"](office)
    office.names(named)
    office.names(named, "--since", "HEAD~1")
    first = office.tip()
    office.silent("--since", first)
    again = office.edit(office.at("B"), "note: told both", "note: told nobody")
    office.names(Named(office.commit(), office.name_of(office.at("B")), APPEND, [again]), "--since", first)


def test_since_needs_a_commit_of_this_history(office: Audited, tmp_path: Path) -> None:
    """A hash that was written down and is no longer part of the history: somebody rewrote it."""
    worked(office)
    noted = office.tip()
    clone = Audited(tmp_path / "clone", office.now, ids=office.ids).to("周洁")
    amend(office)
    office.git("clone", "-q", "--no-local", str(office.root), str(clone.root))  # which never had the old commit
    for each in (office, clone):
        assert {found.rule for found in each.found("--since", noted)} == {"history"}
    office.refused(3, "audit", "--since", "nonsense", says=["nonsense"])


def test_what_was_audited_is_told(office: Audited) -> None:
    """How many commits, and the hash of the last in full, to be written down; with findings too."""
    sound = office.tip()
    for _ in range(2):
        last = office.audit().err.splitlines()[-1]
        assert office.git("rev-list", "--count", "HEAD").strip() in re.findall(r"\b\d+\b", last)
        assert office.tip() in last
        # what breaks a rule is not remembered: whoever takes it back before others have it rewrites nothing
        assert sound in (office.root / ".git" / "cmplt" / "seen").read_text(encoding="ascii")
        TAMPERINGS["removed last event"](office)
    office.git("reset", "-q", "--hard", sound)
    office.silent()


def test_findings_as_data(office: Audited) -> None:
    """JSON and CSV carry the same; JSON without findings is an empty list, CSV its header."""
    header = "commit,path,line,column,level,sentence,rule"
    assert office.json("audit") == []
    assert office.audit("--format", "csv").out.splitlines() == [header]
    expected = TAMPERINGS["edited fact"](office)
    (found,) = json.loads(office.audit("--format", "json").out)
    assert ",".join(found) == header
    assert office.tip().startswith(found["commit"])
    assert expected.holds(Finding(found["commit"][:10], *(found[name] for name in ("path", "line", "level", "rule"))))
    head, row = office.audit("--format", "csv").out.splitlines()
    assert head == header
    assert row.split(",")[:5] == [str(each) for each in found.values()][:5]


def test_an_empty_office_is_sound(tmp_path: Path) -> None:
    """An office in which nothing has happened yet."""
    opened(tmp_path / "office").silent()

"""The audit of honest histories: whatever real commands, and people who mean well, make of an office, it is silent."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from cmplt.storage import official, sample
from tests.audited import RULES, Audited, opened


@pytest.fixture
def office(audited: Audited) -> Audited:
    """Here an office has a history."""
    return audited


@pytest.mark.parametrize("profile", sample.names())
def test_the_demo_offices_are_sound(sealed: None, tmp_path: Path, profile: str) -> None:
    """Half a year of a car dealer, and what the others have: every commit, complaints, measures and papers."""
    office = Audited(tmp_path / "office", Audited.now_of("2026-11-24T10:00:00+08:00")).to("李明")
    assert office.run("demo", str(office.root), "--profile", profile, cwd=tmp_path).code == 0
    office.silent()
    number = office.git("rev-list", "--count", "HEAD").strip()
    assert number in office.audit().err.splitlines()[-1].replace(",", "").split()


def test_the_story_is_sound(office: Audited) -> None:
    """Rounds, approvals, a late entry, papers, a redaction, measures, one event for two, an escalation."""
    office.silent()
    office.do("redact", office.ids["E"], "subject", "description", "customer", "--reason", "asked for")
    office.do("attach", office.ids["B"], str(office.root / "README"), str(office.root / "cmplt.yaml"))
    office.do("measure", "done", office.ids["M"])
    office.do("measure", "attach", office.ids["M"], str(office.root / "README"))
    office.to("王芳").do("close", office.ids["B"], "--reason", "no agreement", "--recourse", "the arbitration board")
    office.do("reopen", office.ids["B"], "--reason", "he came back", "--department", "parts")
    office.do("adjust", office.ids["B"], "--points", "-2", "--reason", "rude")
    office.do("amend", office.ids["B"], "severity=major", "category=attitude", "--reason", "wrong")
    office.silent()


def test_many_in_one_commit(office: Audited) -> None:
    """Several complaints registered from a file, and one event for several of them."""
    facts = (
        "{channel: phone, customer: {name: 甲}, category: repair, subject: 异响, received: '2026-03-24T09:50:00+08:00'}"
    )
    (office.root / "list.yaml").write_text(f"- {facts}\n- {facts}\n- {facts}\n", encoding="utf-8")
    office.later()
    ids = office.ok("new", "--from", str(office.root / "list.yaml"), "--department", "service").out.split()
    office.do("respond", *ids, "--note", "told all")
    office.silent()


def test_playbooks_and_named_papers(tmp_path: Path) -> None:
    """Tasks that open by themselves, in the commit of what calls for them, and again when one is done."""
    office = opened(tmp_path / "office", policy=RULES + (
        "playbooks:\n"
        "  - after: [register, escalate]\n    when: {severity: major}\n"
        "    tasks: [{task: report-up, title: up, within: 1 working hour}]\n"
        "  - {after: done, when: {task: report-up}, tasks: [{task: watch, title: watch, within: 1 working day}]}\n"
    ))  # fmt: skip
    office.later()
    first = office.new(department="sales")
    office.do("escalate", first, "--criterion", "media", "--reason", "press")
    office.do("done", first, "report-up")
    office.later()
    office.new("--criterion", "safety", department="service")
    office.do("task", first, "letter", "--due", "2026-03-20 12:00")
    office.silent()


def test_late_and_at_the_limit(office: Audited) -> None:
    """Just late enough to need no reason, and days late with one; entered for a colleague."""
    office.now = office.now.replace(hour=11)
    office.ok("respond", office.ids["B"], "--at", "10:00", "--note", "an hour ago")
    office.ok(
        "respond", office.ids["D"], "--at", "2026-03-18 10:00", "--reason", "was ill", "--by", "陈刚", "--note", "n"
    )
    office.ok("escalate", office.ids["D"], "--at", "2026-03-18 11:00", "--urgent", "--reason", "was ill")
    office.silent()


def test_clocks_differ(office: Audited) -> None:
    """A desk whose clock is some minutes behind: its commits are dated before their parents, its events are not."""
    office.do("respond", office.ids["B"], "--note", "n")
    office.later(-3)
    office.ok("respond", office.ids["B"], "--note", "at the other desk")
    office.later(-1)
    office.ok("measure", "done", office.ids["M"])
    office.silent()


@pytest.mark.parametrize(
    ("before", "comment"),
    [("id: ", "# the regional office asked for a copy\n"), ("events:\n", "# seen by 李明\n"),
     ("  - at: 2026-03-16T10:50", "  # he was on the phone\n"), ("  - at: 2026-03-24T09:30", "    #\n")],
)  # fmt: skip
def test_comment_lines_are_added(office: Audited, before: str, comment: str) -> None:
    """Whole lines, wherever they stand."""
    text = office.text("A")
    assert text.count(before) == 1 or before == "id: "
    office.at("A").write_text(text.replace(before, comment + before, 1), encoding="utf-8")
    office.commit("a remark")
    office.do("respond", office.ids["A"], "--note", "n")
    office.silent()


@pytest.mark.parametrize("comment", ["# seen", "  # seen by 李明\n# and 王芳"])
def test_a_final_newline_is_completed(office: Audited, comment: str) -> None:
    """By the next command, of a file whose last line an editor left open."""
    office.at("A").write_text(office.text("A") + comment, encoding="utf-8")
    office.commit("a remark")
    office.do("respond", office.ids["A"], "--note", "n")
    assert f"{comment}\n  - at" in office.text("A")
    office.silent()


def test_a_work_tree_with_other_line_ends(office: Audited) -> None:
    """A clone that checks out CRLF appends CRLF, and git stores what it always stored."""
    office.at("A").write_bytes(office.at("A").read_bytes().replace(b"\n", b"\r\n"))
    office.do("respond", office.ids["A"], "--note", "n")
    office.silent()


# --- the policy -------------------------------------------------------------------------------------------------


def changed_policy(office: Audited, old: str, new: str) -> str:
    office.edit(office.root / "cmplt.yaml", old, new)
    return office.commit("policy")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (", {severity: major, role: quality}", ""),
        ("within: 2 working hours", "within: 4 working hours"),
        ("'09:00-12:00 13:00-18:00'", "'08:00-12:00'"),
        ("holidays: CN\n", "exceptions: {'2026-03-25': closed}\n"),
        ("points: -5", "points: -4"),
        ("parts: {label: Parts}", "parts: {label: Spare parts}, body: {label: Body}"),
    ],
)
def test_a_policy_changed_for_good(office: Audited, old: str, new: str) -> None:
    """Each event is held against the policy of its commit, not of today."""
    changed_policy(office, old, new)
    office.do("assign", office.ids["B"], "sales")
    office.do("resolve" if "quality" in old else "progress", office.ids["D"],
              *(("--outcome", "o") if "quality" in old else ("--note", "n")))  # fmt: skip
    office.silent()


def test_delegations_and_new_members(office: Audited) -> None:
    """A stand-in approves up to his last day, then whoever has come into the role."""
    changed_policy(office, "measures:", "delegations: [{role: quality, to: 李明, until: '2026-03-24'}]\nmeasures:")
    office.do("propose", office.ids["D"], "--remedy", "apology", "--note", "n")
    office.do("approve", office.ids["D"])
    office.do("resolve", office.ids["D"], "--outcome", "o")
    changed_policy(office, "general-manager: [王芳]", "general-manager: [wf@example.com, lm@example.com]")
    office.do("propose", office.ids["B"], "--remedy", "goodwill", "--compensation", "5", "--note", "n")
    office.do("approve", office.ids["B"])
    office.silent()


def test_retired_names(office: Audited) -> None:
    """What was open when a name was retired goes on."""
    changed_policy(office, "sales: {label: Sales}", "sales: {label: Sales, retired: true}")
    changed_policy(office, "repair, department: service}", "repair, department: service, retired: true}")
    office.do("respond", office.ids["A"], "--note", "n")
    office.do("respond", office.ids["D"], "--note", "n")
    office.do("resolve", office.ids["A"], "--outcome", "o")
    office.silent()


@pytest.mark.parametrize(
    ("old", "new", "between"),
    [
        (", {severity: major, role: quality}", "", False),
        ("within: 2 working hours", "within: 9 working hours", False),
        ("label: Parts", "label: Spares", True),
        ("role: quality}]", "role: quality}, {category: repair, role: chief}]", True),
    ],
)
def test_a_policy_taken_back(office: Audited, old: str, new: str, between: bool) -> None:
    """Nothing was written by the weaker one, or the other was no weaker: a note at most."""
    changed_policy(office, old, new)
    if between:
        office.do("respond", office.ids["D"], "--note", "n")
    office.git("revert", "--no-edit", office.tip() if not between else "HEAD~1")
    office.do("assign", office.ids["B"], "sales")
    assert {each.level for each in office.found()} <= {"note"}
    assert len(office.found()) <= 1


def test_redacted_and_taken_up_again(office: Audited) -> None:
    """What was blanked is blank for whatever comes after it."""
    office.do("reject", office.ids["D"], "--reason", "not ours")
    office.do("redact", office.ids["D"], "customer", "--reason", "asked for")
    office.do("amend", office.ids["D"], "customer.contact=13911112222", "--reason", "called again")
    office.silent()


def test_who_puts_an_event_back_wrote_none(office: Audited) -> None:
    """However much later: the commit that took it away is named, and no other."""
    text = office.text("A")
    office.at("A").write_text(text[: text.rindex("  - at")], encoding="utf-8")
    gone = office.commit("oops")[:10]
    office.later(300)
    office.git("revert", "--no-edit", "HEAD")
    office.do("respond", office.ids["A"], "--note", "n")
    assert [(each.commit, each.rule) for each in office.found()] == [(gone, "append-only")]


@pytest.mark.parametrize("text", [
    "* text=auto\n{before}", "{before}*.docx binary\nREADME diff=words\n", "{before}\n# ours\n*.yaml diff=plain\n",
    "{before}{before}", "{before}forms/** text\n*.md !eol\n",
])  # fmt: skip
def test_attributes_of_other_files(office: Audited, text: str) -> None:
    """An office may tell git what it likes of its own files, as long as the last word on ours is as it was."""
    path = office.root / ".gitattributes"
    path.write_text(text.replace("{before}", path.read_text(encoding="utf-8")), encoding="utf-8")
    office.commit("attributes")
    office.do("progress", office.ids["B"], "--note", "looked into")
    office.silent()


# --- other things that people do with git -----------------------------------------------------------------------


def test_other_files_are_nobodys_business(office: Audited) -> None:
    """Forms of the office's own, notes, reports: edited, renamed, deleted, links; empty commits; tags."""
    (office.root / "forms").mkdir()
    (office.root / "forms" / "slip.md").write_text("# {{ id }}\n", encoding="utf-8")
    office.commit("a form")
    office.git("mv", "forms/slip.md", "forms/acceptance.md")
    office.edit(office.root / "README", "names", "addresses")
    (office.root / "latest").symlink_to("README")
    office.commit("moved")
    office.git("rm", "-q", "-r", "forms", "README")
    office.commit("tidied")
    office.commit("nothing at all")
    office.git("tag", "-a", "-m", "quarter", "Q1")
    office.do("report", "--month", "2026-03", "--commit")
    office.silent()


def left_uncommitted(office: Audited, *args: str) -> None:
    """A command that was killed when its files were written and its commit was not made."""
    office.later()
    scratch = Audited(office.root.parent / "scratch", office.now, ids=office.ids).to("李明")
    shutil.copytree(office.root, scratch.root, symlinks=True)
    scratch.ok(*args)
    for name in scratch.git("diff", "--name-only", "-z", "HEAD~1").split("\0")[:-1]:
        (office.root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(scratch.root / name, office.root / name)


@pytest.mark.parametrize(
    ("name", "left", "then"),
    [
        ("A", ("respond", "--note", "n"), ("progress", "--note", "n")),
        ("B", ("assign", "sales"), ("respond", "--note", "n")),
        ("B", ("attach", "README"), ("respond", "--note", "n")),
        ("E", ("redact", "--reason", "asked for"), ("reopen", "--reason", "n")),
        ("D", ("respond", "--at", "2026-03-23 09:00", "--reason", "ill", "--note", "n"), ("progress", "--note", "n")),
    ],
)
def test_what_a_killed_command_left(office: Audited, name: str, left: tuple[str, ...], then: tuple[str, ...]) -> None:
    """The next command commits it first, however much later."""
    papers = [str(office.root / each) if each == "README" else each for each in left[1:]]
    left_uncommitted(office, left[0], office.ids[name], *papers)
    office.now = office.now.replace(hour=16)
    office.ok(then[0], office.ids[name], *then[1:])
    assert len(office.commits("HEAD~2")) == 2
    office.silent()


def test_a_new_file_that_a_killed_command_left(office: Audited) -> None:
    """A whole new complaint is recognised and committed."""
    left_uncommitted(office, "new", "--channel", "phone", "--category", "repair", "--customer", "甲", "--subject", "s")
    (path,) = office.git("ls-files", "--others", "complaints").splitlines()
    office.now = office.now.replace(hour=16)
    office.ok("assign", Path(path).stem)
    office.silent()


def test_names_beyond_ascii_and_hostile_settings(office: Audited) -> None:
    """git's own settings for people's eyes change nothing, and hide nothing."""
    paper = office.root.parent / '发票 "第1张"\t.txt'
    paper.write_bytes(b"1\r\n")
    office.do("attach", office.ids["B"], str(paper))
    settings = ("color.ui=always", "log.showSignature=true", "diff.external=false", "diff.noprefix=true",
                "log.date=relative", "diff.renames=copies", "diff.x.textconv=true", "i18n.logOutputEncoding=GBK",
                "core.quotePath=true", "log.mailmap=true", "log.follow=true", "core.pager=false")  # fmt: skip
    for each in settings:
        office.git("config", *each.split("="))
    (office.root / ".git" / "info").mkdir(exist_ok=True)
    (office.root / ".git" / "info" / "attributes").write_text("* diff=x\n", encoding="utf-8")
    office.silent()
    office.edit(office.at("A"), "rating: 2", "rating: 5")
    office.commit()
    assert [each.rule for each in office.found()] == ["append-only"]


def test_a_second_work_tree_and_a_detached_head(office: Audited) -> None:
    """Wherever somebody looks at it."""
    other = Audited(office.root.parent / "other", office.now, ids=office.ids).to("李明")
    office.git("worktree", "add", "-q", "--detach", str(other.root))
    other.silent()


# --- merges -----------------------------------------------------------------------------------------------------


def merge(office: Audited, branch: str = "desk") -> None:
    office.later()
    office.git("merge", "-q", "--no-ff", "-m", f"Merge branch '{branch}'", branch)


@pytest.fixture
def driven(office: Audited) -> Audited:
    """An office whose merge driver is registered."""
    assert office.git("config", "merge.cmplt.driver")
    return office


def test_branches_that_touch_different_files(office: Audited) -> None:
    """Events, new complaints, papers and measures on both sides."""
    office.git("switch", "-qc", "desk")
    office.do("respond", office.ids["A"], "--note", "n")
    office.do("attach", office.ids["A"], str(office.root / "README"))
    office.later()
    office.new()
    office.git("switch", "-q", "main")
    office.do("assign", office.ids["B"], "sales")
    office.do("measure", "done", office.ids["M"])
    merge(office)
    office.do("respond", office.ids["A"], "--note", "n")
    office.silent()


def test_a_policy_and_the_events_of_another_branch(office: Audited) -> None:
    """What a desk wrote by the policy that it had stays right when it meets the new one."""
    office.git("switch", "-qc", "desk")
    office.do("assign", office.ids["B"], "sales")
    office.git("switch", "-q", "main")
    changed_policy(office, "within: 2 working hours", "within: 1 working hours")
    office.do("assign", office.ids["A"], "service")
    merge(office)
    office.do("assign", office.ids["D"], "parts")
    office.silent()


def test_a_policy_edited_on_both_sides(office: Audited) -> None:
    """git merges the text; what is written afterwards follows both."""
    office.git("switch", "-qc", "desk")
    changed_policy(office, "office: Test office", "office: Our office")
    office.git("switch", "-q", "main")
    changed_policy(office, "points: -5", "points: -4")
    merge(office)
    office.do("assign", office.ids["B"], "sales")
    office.silent()


def test_a_conflict_in_the_policy(office: Audited) -> None:
    """Both sides changed one line, and somebody chose: the policy is no record."""
    office.git("switch", "-qc", "desk")
    changed_policy(office, "points: -5", "points: -4")
    office.git("switch", "-q", "main")
    changed_policy(office, "points: -5", "points: -6")
    policy = (office.root / "cmplt.yaml").read_bytes()
    office.later()
    office.git("merge", "-q", "desk", check=False)
    (office.root / "cmplt.yaml").write_bytes(policy.replace(b"points: -6", b"points: -7"))
    office.git("commit", "-qam", "Merge branch 'desk'")
    office.silent()


def test_one_complaint_on_both_sides(driven: Audited) -> None:
    """The merge driver's work is what audit expects; void events of the other desk are no tampering."""
    office = driven
    office.git("switch", "-qc", "desk")
    office.do("respond", office.ids["A"], "--note", "at the desk")
    office.do("resolve", office.ids["A"], "--outcome", "desk")
    office.git("switch", "-q", "main")
    office.do("progress", office.ids["A"], "--note", "at the counter")
    office.do("resolve", office.ids["A"], "--outcome", "counter")
    merge(office)
    assert office.text("A").count("action: resolve") == 3
    office.do("respond", office.ids["B"], "--note", "n")
    office.silent()


def test_redacted_on_one_side(driven: Audited) -> None:
    """What one desk blanked stays blank, with what the other appended."""
    office = driven
    office.git("switch", "-qc", "desk")
    office.do("redact", office.ids["E"], "--reason", "asked for")
    office.git("switch", "-q", "main")
    office.do("adjust", office.ids["E"], "--points", "-1", "--department", "sales", "--reason", "n")
    merge(office)
    assert "客户甲" not in office.text("E")
    office.silent()


@pytest.mark.parametrize("kept", ["drop", "swap", "edit"])
def test_a_merge_of_one_complaint_that_is_not_the_rules(driven: Audited, kept: str) -> None:
    """An event dropped, two exchanged, one changed, in a file that both sides had appended to."""
    office = driven
    office.git("switch", "-qc", "desk")
    office.do("respond", office.ids["A"], "--note", "at the desk")
    office.git("switch", "-q", "main")
    office.do("respond", office.ids["A"], "--note", "at the counter")
    office.later()
    office.git("merge", "-q", "--no-ff", "--no-commit", "desk")
    head, *events = office.text("A").split("  - at: ")
    last, other = events[-1], events[-2]
    changed = {"drop": [last], "swap": [last, other], "edit": [other, last.replace("note: at", "note: behind")]}[kept]
    office.at("A").write_text("  - at: ".join([head, *events[:-2], *changed]), encoding="utf-8")
    office.git("commit", "-qam", "Merge branch 'desk'")
    (found,) = office.found()
    assert (found.rule, found.path, found.commit) == ("merge", office.name_of(office.at("A")), office.tip()[:10])


# --- the calendar that comes with a package and moves -----------------------------------------------------------


@pytest.fixture
def forgotten(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[date]]:
    """Days off or make-up days that the package does not know (yet)."""
    unknown: set[date] = set()
    known = official._known

    def fewer(country: str, region: str | None, year: int) -> tuple[dict[date, str], frozenset[date]]:
        days, makeup = known(country, region, year)
        return {day: name for day, name in days.items() if day not in unknown}, makeup - unknown

    monkeypatch.setattr(official, "_known", fewer)
    official._year.cache_clear()
    yield unknown
    official._year.cache_clear()


def knowing(office: Audited, forgotten: set[date], *args: str, but: str = "") -> str:
    """The commit of a command run when the package did not know a day; afterwards it does."""
    forgotten |= {date.fromisoformat(but)} if but else set()
    official._year.cache_clear()
    try:
        return office.do(*args)
    finally:
        forgotten.clear()
        official._year.cache_clear()


@pytest.mark.parametrize(("now", "day"), [("2026-04-03", "2026-04-06"), ("2026-05-08", "2026-05-09")])
def test_a_due_from_another_edition_of_the_calendar(office: Audited, forgotten: set[date], now: str, day: str) -> None:
    """A holiday, or a make-up day, that was not known then is a note, and no error."""
    office.now = office.now_of(f"{now}T10:00:00+08:00")
    commit = knowing(office, forgotten, "assign", office.ids["B"], "sales", but=day)
    (found,) = office.found()
    assert (found.level, found.rule, found.commit) == ("note", "calendar", commit[:10])
    assert found.path == office.name_of(office.at("B"))
    assert office.audit().code == 0


def test_a_due_that_no_edition_of_the_calendar_gives(office: Audited) -> None:
    """Moved by hours, or over a day that is no holiday anywhere: an error."""
    office.now = office.now_of("2026-04-03T10:00:00+08:00")
    office.do("assign", office.ids["B"], "sales")
    office.git("reset", "-q", "--soft", "HEAD~1")
    (office.root / ".git" / "cmplt" / "seen").unlink(missing_ok=True)
    office.edit(office.at("B"), "progress: 2026-04-09T18:00", "progress: 2026-04-10T18:00")
    office.now = office.now_of("2026-04-03T10:00:00+08:00")
    commit = office.commit("assign")
    (found,) = office.found()
    assert (found.level, found.rule, found.commit) == ("error", "due", commit[:10])


def test_provisional_dues_are_not_compared(office: Audited, forgotten: set[date]) -> None:
    """They say themselves that the year's days were not known when they were written."""
    office.now = office.now_of("2026-12-30T10:00:00+08:00")
    knowing(office, forgotten, "assign", office.ids["B"], "sales", but="2027-01-01")
    assert "provisional: [progress]" in office.text("B")
    office.silent()

"""form: papers filled from the record of a complaint or of a month, the shipped ones and the office's own."""

import html
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cmplt.output import filling
from cmplt.storage import forms
from cmplt.storage.tree import WorkTree
from tests.conftest import MONDAY
from tests.office import POLICY, Office

SHIPPED = sorted(each.stem for each in (Path(__file__).parents[2] / "templates" / "forms").glob("*.yaml"))
MONTHLY = ["register", "summary"]
RICH = """\
details:
  type: object
  properties:
    plate: {type: string, title: 车牌号, description: Licence plate}
    returned: {type: boolean, title: 客户退货, description: Goods returned}
followup:
  scale: 5
  questions: {outcome: {en: Fair outcome, zh: 结果公平}}
  quotas: [{role: general-manager, per_month: 2}]
language: zh
"""
HOSTILE = "<script>alert(1)</script> | *bold* {{ 7 * 7 }} \x1b[31m\u202e"


@pytest.fixture(scope="module")
def filled(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, str]:
    """An office that speaks Chinese, and a complaint in it with a task, approvals and a follow-up; built once."""
    root = tmp_path_factory.mktemp("filled") / "office"
    shutil.copytree(pristine, root)
    office = Office(root, MONDAY)
    office.policy(POLICY + RICH)
    found = office.new(severity="major", detail="plate=示A12345", description="第一行\n第二行")
    steps = (
        ("assign", found, "sales", "--owner", "李明"),
        ("respond", found, "--note", "已联系", "--via", "phone"),
        ("task", found, "look", "--title", "现场查看", "--due", "2026-03-17 10:00"),
        ("done", found, "look", "--note", "看过了"),
        ("propose", found, "--note", "赔礼并补偿", "--remedy", "goodwill", "--compensation", "300"),
        ("approve", found, "--role", "general-manager", "--note", "同意"),
        ("approve", found, "--role", "quality"),
        ("resolve", found, "--outcome", "已补偿", "--cause", "attitude"),
        ("followup", found, "--satisfied", "--via", "visit", "--rating", "4", "--answer", "outcome=5"),
    )
    for minute, step in enumerate(steps):
        day = 25 if step[0] == "followup" else 16
        office.ok(*step, now=f"2026-03-{day}T10:{minute + 1:02d}:00+08:00")
    return office, found


@pytest.fixture
def rich(office: Office, filled: tuple[Office, str]) -> str:
    """The office of the test with that complaint in it."""
    shutil.rmtree(office.root)
    shutil.copytree(filled[0].root, office.root)
    office.now = filled[0].now
    return filled[1]


class Outline(HTMLParser):
    """The tags of a page, and what would make it ask for something or run something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href") or name.startswith("on")]
        if tag not in ("meta", "link", "br", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


# --- the shipped forms ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_form_renders_for_a_rich_and_a_bare_complaint(office: Office, rich: str, lang: str) -> None:
    """In both formats: its title, the number, the office, every part well formed, nothing asked of the network."""
    bare = office.new()
    before = office.state()
    texts = forms.texts(WorkTree(), office.root)
    for name in SHIPPED:
        form = forms.form(name, texts, filling.vocabularies())
        assert isinstance(form.title, dict)
        for given in ([rich, name], [bare, name], [name, "--month", "2026-03"]):
            if ("month" if "--month" in given else "complaint") not in form.of:
                continue
            markdown = office.ok("form", *given, "--lang", lang).out
            assert markdown.startswith(f"# {form.title[lang]}\n"), name
            assert re.search(r"____ \|$", markdown, re.MULTILINE), f"{name} has no line to sign on"
            page = office.ok("form", *given, "--lang", lang, "--format", "html").out
            outline = Outline(page)
            assert not outline.open
            assert outline.links == ["data:,"]
            assert outline.tags.count("h1") == 1
            assert f'<html lang="{lang}">' in page
            assert "default-src 'none'" in page
            assert f"{form.title[lang]}</h1>" in page
            number = "2026-03" if "--month" in given else given[0]
            assert number in page
            assert number in markdown
    assert office.state() == before, "a form writes nothing"


def test_every_form_has_both_languages() -> None:
    """No label of a shipped form is in one language alone."""
    folder = Path(__file__).parents[2] / "templates" / "forms"
    for name in SHIPPED:
        text = (folder / f"{name}.yaml").read_text(encoding="utf-8")
        assert text.count("{en: ") == text.count(", zh: "), name
        assert text.startswith("# "), f"{name} does not say which row asks for it"


def test_a_form_holds_what_was_recorded(office: Office, rich: str) -> None:
    """The customer whole, the policy's labels, ticks, the story; in the policy's language unless asked."""
    text = office.ok("form", rich, "feedback").out
    for told in ("# 客户投诉信息反馈单", "| 客户姓名 | 客户甲 |", "| 联系电话 | 13800000000 |", "| 车牌号 | 示A12345 |",
                 "| 投诉等级 | ☐ general ☑ major |", "第一行<br>第二行", "| 责任人 | 李明 |",
                 "| 补偿金额（元） | 300 |",
                 "赔礼并补偿", "| 评分 | ☐ 1 ☐ 2 ☐ 3 ☑ 4 ☐ 5 |"):  # fmt: skip
        assert told in text, told
    english = office.ok("form", rich, "feedback", "--lang", "en").out
    assert "| Licence plate | 示A12345 |" in english
    assert "☑ satisfied ☐ dissatisfied ☐ unreached" in english
    questions = office.ok("form", rich, "customer-feedback", "--lang", "en").out
    assert "| Fair outcome | ☐ 1 ☐ 2 ☐ 3 ☐ 4 ☑ 5 |" in questions
    report = office.ok("form", rich, "handling-report", "--lang", "en").out
    assert "| general-manager | approve | 王芳 | 2026-03-16 10:06 | 同意 |" in report
    assert "| 现场查看 | Sales | 2026-03-17 10:00 | 2026-03-16 10:04 | 王芳 |" in report


def test_nature_is_ticked_as_it_was_judged(office: Office, rich: str) -> None:
    """P21: invalid is what was rejected, a major one is valid too, and nobody has judged what nobody has."""
    fresh, ordinary, invalid = office.new(), office.new(), office.new()
    office.ok("assign", ordinary, "sales")
    office.ok("reject", invalid, "--reason", "不在服务范围")
    ticks = {
        each: re.findall("☑ (valid|invalid|major)", office.ok("form", each, "followup-record", "--lang", "en").out)
        for each in (fresh, ordinary, invalid, rich)
    }
    assert ticks == {fresh: [], ordinary: ["valid"], invalid: ["invalid"], rich: ["valid", "major"]}


def test_an_approval_that_is_waited_for_is_an_empty_line(office: Office) -> None:
    """The paper shows whose approval is missing, to be signed there."""
    found = office.new(severity="major")
    assert "| quality |  |  |  |  |" in office.ok("form", found, "handling-report").out


def test_the_measures_of_a_complaint_stand_in_its_report(office: Office) -> None:
    """B17, B19, B21: those that name it, and no other."""
    office.policy(POLICY + "measures: {approve: general-manager, verify: customer-service}\n")
    found, other = office.new(), office.new()
    for complaint, title in ((found, "Better seals"), (other, "Another matter")):
        office.ok("measure", "new", "--kind", "corrective", "--title", title, "--complaint", complaint,
                  "--department", "parts", "--due", "2026-03-20 10:00")  # fmt: skip
    text = office.ok("form", found, "capa-report").out
    assert re.search(r"\| corrective \| Better seals \| Parts \| .*\| 2026-03-20 10:00 \|", text)
    assert "Another matter" not in text


def test_as_of_shows_how_it_stood(office: Office, rich: str) -> None:
    """What came later is not there; before it was registered there is no form."""
    text = office.ok("form", rich, "feedback", "--as-of", "2026-03-16 10:02").out
    assert "已联系" in text
    assert "赔礼并补偿" not in text
    office.refused(3, "form", rich, "feedback", "--as-of", "2026-03-16 09:00", says=["was not registered yet"])


# --- a month ----------------------------------------------------------------------------------------------------


def test_the_summary_agrees_with_the_report(office: Office, rich: str) -> None:
    """P39: every count is the one that the report's JSON has, and no customer is named."""
    office.new(category="repair", channel="visit", now="2026-03-26T10:00:00+08:00")
    report = json.loads(office.ok("report", "--month", "2026-03", "--no-write", "--format", "json").out)
    text = office.ok("form", "summary", "--month", "2026-03", "--lang", "en").out
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", text, re.MULTILINE))
    complaints = report["complaints"]
    for label, number in (("Open at the start", complaints["opening"]), ("Received", complaints["received"]),
                          ("Closed", complaints["closed"]), ("Not valid", complaints["rejected"]),
                          ("Open at the end", complaints["open"]), ("Satisfied", report["followup"]["satisfied"]),
                          ("Follow-ups", report["followup"]["done"])):  # fmt: skip
        assert rows[label] == str(number), label
    for dimension in ("category", "severity", "channel", "cause"):
        for name, number in complaints[f"by_{dimension}"].items():
            share = f"{100 * number / complaints['received']:.1f} %"
            assert f"| {name} | {number} | {share} |" in text
    assert "| general-manager | 2 | 1 |" in text
    for each in ("summary", "register"):
        told = office.ok("form", each, "--month", "2026-03").out
        assert "客户甲" not in told
        assert "13800000000" not in told


def test_a_month_with_an_unreadable_complaint_says_so(office: Office, rich: str) -> None:
    """On the paper, on stderr and by exit code 1: figures that lack something never pass for whole."""
    office.file(rich).write_text("id: [", encoding="utf-8")
    result = office.run("form", "summary", "--month", "2026-03", "--lang", "en")
    assert result.code == 1
    assert "1 files cannot be read" in result.out
    assert f"{rich}.yaml:2:1" in result.err


# --- files ------------------------------------------------------------------------------------------------------


def test_output_writes_just_that_file(office: Office, rich: str) -> None:
    """The name's end decides the format; nothing is printed, committed or else changed."""
    for name, begins in (("slip.html", "<!DOCTYPE html>"), ("slip.md", "# 客户投诉受理单")):
        before = office.state()
        result = office.ok("form", rich, "acceptance", "--output", name)
        assert result.out == ""
        assert (office.root / name).read_text(encoding="utf-8").startswith(begins)
        (office.root / name).unlink()
        assert office.state() == before
    office.ok("form", rich, "acceptance", "--output", "slip.html", "--format", "md")
    assert (office.root / "slip.html").read_text(encoding="utf-8").startswith("# ")


def test_output_replaces_nothing_but_forms(office: Office, rich: str) -> None:
    """A name that ends otherwise, or a folder that is not there, is refused."""
    office.refused(2, "form", rich, "acceptance", "--output", "cmplt.yaml", says=[".md", ".html"])
    office.refused(4, "form", rich, "acceptance", "--output", "nowhere/slip.html", says=["nowhere"])


def test_what_people_wrote_is_text(office: Office) -> None:
    """Markup, template code, escapes for a terminal: shown, never obeyed, in either format."""
    found = office.new(subject=HOSTILE.replace("\x1b", ""), customer=HOSTILE.replace("\x1b", ""))
    page = office.ok("form", found, "outcome", "--format", "html").out
    assert "script" not in Outline(page).tags
    assert html.escape("<script>alert(1)</script>") in page
    assert "{{ 7 * 7 }}" in page
    text = office.ok("form", found, "outcome").out
    assert r"\<script\>alert(1)\</script\> \| \*bold\* {{ 7 \* 7 }}" in text
    for told in (page, text):
        assert "\u202e" not in told


# --- the office's own -------------------------------------------------------------------------------------------

OWN = """\
form: 1
title: {en: Our slip, zh: 我们的单子}
of: complaint
parts:
  - rows:
      - {label: Number, value: id}
      - {label: Plate, value: details.plate}
      - {label: By hand, lines: 2}
  - sign: [Customer]
"""


def own(office: Office, text: str, name: str = "acceptance.yaml") -> None:
    """Put a form into the office."""
    folder = office.root / "templates" / "forms"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_an_office_overrides_and_adds(office: Office, rich: str) -> None:
    """A form of a shipped name stands before it; a new one is listed and filled."""
    own(office, OWN)
    own(office, OWN, "ours.yaml")
    assert office.ok("form", rich, "acceptance").out.startswith("# 我们的单子\n")
    assert "| Plate | 示A12345 |" in office.ok("form", rich, "ours").out
    assert re.search(r"^ours +Our slip +a complaint$", office.ok("form").out, re.MULTILINE)
    own(office, "{{ document.title }} by our own template", "form.md")
    assert office.ok("form", rich, "ours", "--lang", "en").out == "Our slip by our own template\n"


@pytest.mark.parametrize("purpose", ["complaint", "month"])
def test_every_place_can_be_filled(office: Office, rich: str, purpose: str) -> None:
    """A form that names all there is: every value, every column of every table, for a rich complaint and a bare one."""
    bare = office.new()
    (office.root / "photo.jpg").write_bytes(b"photo")
    office.ok("attach", rich, str(office.root / "photo.jpg"))
    known = filling.vocabularies()[purpose]
    lines = [f"form: 1\ntitle: All\nof: {purpose}\nparts:\n  - rows:\n"]
    lines += [f"      - {{label: L, value: {place}}}\n" for place in sorted(known.values)]
    lines += [f"      - {{each: {place}}}\n" for place in sorted(known.each)]
    for table, columns in known.tables.items():
        cells = ", ".join(f"{{label: C, value: {column}}}" for column in columns)
        lines.append(f"  - title: Table {table}\n    table: {{rows: {table}, columns: [{cells}]}}\n")
    own(office, "".join(lines), "all.yaml")
    texts = [
        office.ok("form", *given, "--lang", "en").out
        for given in ([[rich, "all"], [bare, "all"]] if purpose == "complaint" else [["all", "--month", "2026-03"]])
    ]
    headings = [f"## Table {table}\n".replace("_", r"\_") for table in known.tables]
    assert all(heading in text for text in texts for heading in headings)
    if purpose == "complaint":
        assert re.search(
            rf"\| attachments/{rich}/photo.jpg \| photo.jpg \|  \| 5 \| [0-9a-f]{{64}} \| 王芳 \|", texts[0]
        )
        assert re.search(r"\| response \| Sales \| .* \| met \|", texts[0])
    else:
        assert re.search(r"\| response \| 1 \| 0 \| 0 \| 1 min \|", texts[0])
        assert re.search(r"\| Sales \| 1 \| 0 \| 0 \| −5 \| – \|", texts[0])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("value: id", "value: custmer.name", ["acceptance.yaml:6:", "'custmer.name'", "'customer.name'"]),
        ("value: id", "value: last.resolve.outcom", ["acceptance.yaml:6:", "'last.resolve.outcome'"]),
        ("value: id", "each: detail", ["acceptance.yaml:6:"]),
        ("value: id", "value: id, tick: id", ["acceptance.yaml:6:", "'value'"]),
        ("lines: 2", "lines: two", ["acceptance.yaml:8:", "a whole number"]),
        ("of: complaint", "of: customer", ["acceptance.yaml:3:", "customer"]),
        ("title:", "titel:", ["acceptance.yaml:2:", "titel"]),
        ("sign: [Customer]", "table: {rows: tasks, columns: [{label: x, value: dew}]}",
         ["acceptance.yaml:9:", "'due'"]),
        ("sign: [Customer]", "table: {rows: events, actions: [respnd], columns: [{label: x, value: at}]}",
         ["acceptance.yaml:9:", "'respond'"]),
        ("parts:", "parts: [", ["acceptance.yaml:"]),
        (OWN, "", ["acceptance.yaml:1:"]),
        (OWN, "x" * 1_100_000, ["acceptance.yaml:1:", "bytes"]),
    ],
)  # fmt: skip
def test_a_faulty_form_is_refused_with_its_line(office: Office, rich: str, old: str, new: str, says: list[str]) -> None:
    """File, line and what is wrong; the other forms can still be filled, and the list names the faulty one."""
    own(office, OWN.replace(old, new, 1))
    office.refused(3, "form", rich, "acceptance", says=says)
    office.ok("form", rich, "feedback")
    listed = office.run("form")
    assert listed.code == 1
    assert "feedback" in listed.out
    assert "templates/forms/acceptance.yaml:" in listed.err


def test_a_place_must_be_there_for_all_that_a_form_is_of(office: Office, rich: str) -> None:
    """A form of a complaint or a month that names a customer for both is refused; in a part of complaints it is not."""
    own(office, OWN.replace("of: complaint", "of: [complaint, month]"))
    office.refused(3, "form", rich, "acceptance", says=["acceptance.yaml:6:", "'id'"])
    own(
        office,
        OWN.replace("of: complaint", "of: [complaint, month]").replace("  - rows", "  - of: complaint\n    rows"),
    )
    office.ok("form", rich, "acceptance")
    assert "Number" not in office.ok("form", "acceptance", "--month", "2026-03").out


def test_a_faulty_template_is_refused_with_its_line(office: Office, rich: str) -> None:
    """As a report's."""
    own(office, "one\n{% if %}", "form.html")
    office.refused(3, "form", rich, "acceptance", "--format", "html", says=["templates/forms/form.html:2"])


# --- which form, of what ----------------------------------------------------------------------------------------


def test_form_lists_the_forms(office: Office) -> None:
    """Their names, their titles in the language asked for, and what they are filled for."""
    lines = office.ok("form").out.splitlines()[2:]
    assert [line.split()[0] for line in lines] == SHIPPED
    assert re.fullmatch(
        r"register +Customer complaint register +a complaint or a month", lines[SHIPPED.index("register")]
    )
    assert "客户投诉登记表" in office.ok("--lang", "zh", "form").out


def test_what_cannot_be_filled_is_refused(office: Office, rich: str) -> None:
    """Usage is 2; what had to look at the office is 3, with the nearest name."""
    office.refused(3, "form", rich, "acceptence", says=["'acceptence'", "'acceptance'", "summary"])
    office.refused(3, "form", "acceptence", says=["'acceptance'"])
    office.refused(3, "form", "zzzz", "acceptance", says=["zzzz"])
    office.refused(3, "form", rich, "summary", says=["month"])
    office.refused(3, "form", "acceptance", "--month", "2026-03", says=["cmplt form ID acceptance"])
    office.refused(2, "form", rich, says=["acceptance", "summary"])
    office.refused(2, "form", "summary", says=["--month"])
    office.refused(2, "form", "--month", "2026-03", says=["summary"])
    office.refused(2, "form", rich, "acceptance", "more", says=["form ID NAME"])
    office.refused(2, "form", rich, "summary", "--month", "2026-03", says=["--month"])
    office.refused(2, "form", "summary", "--month", "2026-13", says=["2026-13"])

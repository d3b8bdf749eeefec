"""An office with a real history, made by real commands, for the tests that tamper with it."""

import re
import textwrap
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tests.office import POLICY, Office, Result

PEOPLE = {"李明": "lm@example.com", "王芳": "wf@example.com", "周洁": "zj@example.com"}
RULES = POLICY.replace("quality: [wf@example.com]", "quality: [周洁]") + (
    "measures: {approve: general-manager, verify: parts}\n"
    "attachments: {kinds: {photo: photo, agreement: agreement}}\n"
    "customer: {required: [name]}\n"
)
_FINDING = re.compile(
    r"(?P<commit>[0-9a-f]{10}) (?P<path>.+?)(?::(?P<line>\d+):\d+)?: (?P<level>error|note): .+ \[(?P<rule>[a-z-]+)\]"
)


@dataclass(frozen=True)
class Finding:
    """A line that audit printed."""

    commit: str
    path: str
    line: int | None
    level: str
    rule: str

    @classmethod
    def read(cls, line: str) -> "Finding":
        found = _FINDING.fullmatch(line)
        assert found, f"not a finding: {line!r}"
        number = found["line"]
        return cls(found["commit"], found["path"], int(number) if number else None, found["level"], found["rule"])


@dataclass(frozen=True)
class Named:
    """What audit must name: one of these commits, files and rules (or the one), a line among these (None: any)."""

    commit: str | tuple[str, ...]
    path: str | tuple[str, ...]
    rules: tuple[str, ...]
    lines: Collection[int] | None = None

    def holds(self, finding: Finding) -> bool:
        commits, paths = map(_several, (self.commit, self.path))
        placed = self.lines is None or finding.line in self.lines
        known = finding.commit in {each[:10] for each in commits}
        return known and finding.path in paths and finding.rule in self.rules and placed

    def spares(self, path: str) -> bool:
        """Whether a file is none of those that were tampered with."""
        return path not in _several(self.path)


def _several(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


@dataclass
class Audited(Office):
    """An office whose complaints and measures have names of their own, and whose history is audited."""

    ids: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def now_of(text: str) -> datetime:
        return datetime.fromisoformat(text)

    def to(self, name: str) -> "Audited":
        """Let somebody else sit down at the keyboard."""
        self.name, self.email = name, PEOPLE[name]
        return self

    def later(self, minutes: int = 1) -> None:
        self.now += timedelta(minutes=minutes)

    def at(self, name: str) -> Path:
        """The file of a complaint or a measure by the name that the story gives it."""
        found = self.ids[name]
        return self.root / "measures" / found[:4] / f"{found}.yaml" if name.startswith("M") else self.file(found)

    def name_of(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def text(self, name: str) -> str:
        return self.at(name).read_text(encoding="utf-8")

    def edit(self, path: Path, old: str, new: str) -> int:
        """Change a text as an editor does, in its one place; returns the line."""
        text = path.read_bytes().decode()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        path.write_bytes(text.replace(old, new).encode())
        return text[: text.index(old)].count("\n") + 1

    def add(self, path: Path, event: str) -> int:
        """Append an event's lines by hand; returns the line it begins at."""
        text = path.read_text(encoding="utf-8")
        path.write_text(text + textwrap.indent(textwrap.dedent(event).strip("\n"), "  ") + "\n", encoding="utf-8")
        return text.count("\n") + 1

    def commit(self, subject: str = "as ordered", *, when: str | None = None, paths: tuple[str, ...] = (".",)) -> str:
        """Commit by plain git, a minute later or at a forged date; returns the commit."""
        self.later()
        before = self.now
        if when:
            self.now = datetime.fromisoformat(when)
        self.git("add", "-A", "--", *paths)
        self.git("commit", "-q", "--allow-empty", "-m", subject)
        self.now = before
        return self.tip()

    def tip(self) -> str:
        return self.git("rev-parse", "HEAD").strip()

    def do(self, *args: str) -> str:
        """Run a command a minute later; returns the commit that it made."""
        self.later()
        self.ok(*args)
        return self.tip()

    def audit(self, *args: str) -> Result:
        result = self.run("audit", *args)
        assert "Traceback" not in result.err
        assert result.code in (0, 1), f"exit {result.code}: {result.err}"
        return result

    def found(self, *args: str) -> list[Finding]:
        """What audit finds; its exit code must agree."""
        result = self.audit(*args)
        findings = [Finding.read(line) for line in result.out.splitlines()]
        assert result.code == int(any(each.level == "error" for each in findings)), result
        return findings

    def silent(self, *args: str) -> None:
        result = self.audit(*args)
        assert (result.code, result.out) == (0, ""), f"exit {result.code}:\n{result.out}{result.err}"

    def names(self, expected: Named, *args: str) -> None:
        """Audit names exactly this, as an error or, where one event breaks two rules, two, and nothing else.

        A note on the policy may go with what is said of its use.
        """
        result = self.audit(*args)
        findings = [Finding.read(line) for line in result.out.splitlines()]
        errors = [each for each in findings if each.level == "error"]
        told = (
            f"expected {expected}\nfound:\n{result.out}{result.err}{self.git('log', '--graph', '--oneline', '--all')}"
        )
        assert result.code == 1, told
        assert len(errors) in (1, 2) and all(expected.holds(each) for each in errors), told
        assert {each.rule for each in findings if each not in errors} <= {"policy-restored"} & {*expected.rules}, told


Tampering = Callable[[Audited], Named]


def opened(root: Path, *, policy: str = RULES, now: str = "2026-03-16T09:30:00+08:00") -> Audited:
    """An office whose policy is in force; nothing has happened yet."""
    office = Audited(root, datetime.fromisoformat(now)).to("王芳")
    root.mkdir(parents=True)
    office.ok("init", ".", "--profile", "auto-dealer")
    office.later()
    office.policy(policy)
    return office.to("李明")


def story(root: Path) -> Audited:
    """Ten days of an office: two rounds, an approval, a late entry, papers, a redaction, a measure, an escalation."""
    office = opened(root)
    ids = office.ids

    def at(now: str, *args: str, who: str = "李明") -> str:
        office.to(who).now = datetime.fromisoformat(f"2026-03-{now}:00+08:00")
        return office.ok(*args).out.split()[-1]

    facts = ("--channel", "phone", "--customer", "客户甲", "--contact", "13800000000", "--category")
    ids["A"] = a = at("16T10:00", "new", *facts, "attitude", "--subject", "态度冷淡", "--description", "两行\n说明")
    at("16T10:05", "assign", a, "sales", "--owner", "张三")
    at("16T10:20", "respond", a, "--note", "called")
    ids["B"] = b = at("16T10:30", "new", *facts, "repair", "--subject", "刹车异响", "--department", "service")
    at("16T10:40", "propose", a, "--remedy", "goodwill", "--compensation", "100", "--note", "offered")
    at("16T10:50", "approve", a, "--note", "agreed", who="王芳")
    photo = root.parent / "照片.jpg"
    photo.write_bytes(b"\xff\xd8\r\nphoto\n")
    at("16T11:00", "attach", a, str(photo), "--as", "photo")
    at("16T11:05", "respond", b, "--note", "called")
    at("16T11:10", "resolve", a, "--outcome", "apologised", "--cause", "attitude")
    at("16T14:20", "progress", b, "--at", "11:30", "--note", "parts ordered", "--reason", "the network was down")
    ids["C"] = c = at("16T14:30", "new", *facts, "attitude", "--subject", "错投", "--description", "手机 13800000000")
    at("16T14:35", "amend", c, "customer.contact=13911112222", "--reason", "typo")
    at("16T14:40", "reject", c, "--reason", "not ours")
    at("16T14:50", "redact", c, "description", "customer", "--reason", "asked for")
    ids["D"] = d = at("17T09:30", "new", *facts, "repair", "--subject", "刹车失灵")
    at("17T09:40", "assign", d, "service")
    at("17T09:50", "escalate", d, "--criterion", "safety", "--reason", "brakes")
    plan = ("--kind", "corrective", "--title", "培训", "--department", "service", "--due", "2026-04-20 18:00")
    ids["M"] = m = at("17T10:00", "measure", "new", *plan, "--complaint", b)
    at("17T10:10", "measure", "approve", m, who="王芳")
    at("17T10:20", "measure", "start", m)
    ids["E"] = e = at("17T10:30", "new", *facts, "attitude", "--subject", "重复", "--description", "另一份")
    at("17T10:40", "reject", e, "--reason", "twice")
    at("17T11:00", "respond", b, d, "--note", "told both")
    at("23T10:00", "followup", a, "--dissatisfied", "--via", "phone", "--rating", "2")
    at("23T10:20", "respond", a, "--note", "called again")
    (root / "README").write_text("forms and names\n", encoding="utf-8")
    office.commit("notes of our own")
    at("24T09:30", "progress", a, "--note", "being looked into")
    office.now = datetime.fromisoformat("2026-03-24T10:00:00+08:00")
    return office

"""A real office repository for a test, and the command line run in it with a clock of the test's own."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

from cmplt.cli import run
from cmplt.storage import yamlfile

# A calendar and deadlines whose arithmetic is easily done by hand; a policy as a test's own text where it needs more.
POLICY = """\
policy: 1
office: Test office
calendar:
  timezone: Asia/Shanghai
  hours: {mon-fri: '09:00-12:00 13:00-18:00'}
  holidays: CN
departments: {customer-service: {label: CS}, sales: {label: Sales}, service: {label: Service}, parts: {label: Parts}}
intake: customer-service
roles: {general-manager: [王芳], quality: [wf@example.com], chief: []}
channels: {phone: {label: phone}, visit: {label: visit}, regulator: {label: regulator, severity: major}}
categories: {attitude: {label: attitude, department: sales}, repair: {label: repair, department: service}}
severities:
  general: {label: general, points: -1}
  major: {label: major, points: -5, criteria: {safety: safety, media: media}}
causes: {workmanship: workmanship, attitude: attitude}
remedies: {apology: apology, goodwill: goodwill}
deadlines:
  registration: {from: received, until: register, within: 30 working minutes, owed_by: received_by}
  assignment: {from: register, until: assign, within: 30 working minutes, owed_by: customer-service}
  response:
    from: assign
    until: respond
    within: 2 working hours
    owed_by: department
    by_severity: {major: 1 working hour}
    when_urgent: 1 hour
  progress: {from: assign, until: [progress, resolve], within: 3 working days, owed_by: department}
  feedback: {from: agreed, until: resolve, within: same day, owed_by: department}
  followup: {from: resolve, until: followup, not_before: 5 days, within: 7 days, owed_by: customer-service}
scoring:
  base: 0
  late: -2
  counts: [registration, assignment, response, progress, feedback, followup, resolution, tasks]
approvals: [{compensation_over: '0', role: general-manager}, {severity: major, role: quality}]
closing: {unreconciled: {role: general-manager}}
"""


@dataclass(frozen=True)
class Result:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str


@dataclass
class Office:
    """An office repository at `root`. `now` is the clock that its commands see."""

    root: Path
    now: datetime
    name: str = "王芳"
    email: str = "wf@example.com"
    draws: list[str] = field(default_factory=list)

    def run(self, *args: str, now: str | None = None, stdin: str | bytes = "", cwd: Path | None = None) -> Result:
        """Run a command in this process, with this office's clock and identity, stdin no terminal."""
        if now:
            self.now = datetime.fromisoformat(now)
        out, err = io.StringIO(), io.StringIO()
        content = stdin if isinstance(stdin, bytes) else stdin.encode()
        given = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8")
        where = ["-C", str(cwd or self.root)]
        with (
            mock.patch.dict(os.environ, self.identity()),
            mock.patch.object(sys, "stdin", given),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            code = run([*where, *args], clock=lambda: self.now)
        return Result(code, out.getvalue(), err.getvalue())

    def ok(self, *args: str, now: str | None = None, stdin: str | bytes = "") -> Result:
        """Run a command that must succeed."""
        result = self.run(*args, now=now, stdin=stdin)
        assert result.code == 0, f"{args}: exit {result.code}: {result.err}"
        return result

    def new(self, *args: str, now: str | None = None, **options: str) -> str:
        """Take an ordinary complaint, with what is given changed or added; returns its id."""
        facts = {"channel": "phone", "category": "attitude", "customer": "客户甲", "contact": "13800000000",
                 "subject": "态度冷淡", **options}  # fmt: skip
        given = [part for name, value in facts.items() for part in (f"--{name.replace('_', '-')}", value)]
        return self.ok("new", *given, *args, now=now).out.split()[-1]

    def json(self, *args: str, now: str | None = None) -> Any:
        return json.loads(self.ok(*args, "--format", "json", now=now).out)

    def git(self, *args: str, check: bool = True) -> str:
        """Run git in the office, by the office's clock; returns what it printed."""
        env = {**os.environ, **self.identity()}
        done = subprocess.run(["git", *args], cwd=self.root, env=env, capture_output=True, text=True, check=check)
        return done.stdout

    def identity(self) -> dict[str, str]:
        """Who git's own commits are by, and when by this office's clock: one of the machine's would be ahead of it."""
        return {"GIT_AUTHOR_NAME": self.name, "GIT_AUTHOR_EMAIL": self.email, "GIT_AUTHOR_DATE": self.now.isoformat(),
                "GIT_COMMITTER_NAME": self.name, "GIT_COMMITTER_EMAIL": self.email,
                "GIT_COMMITTER_DATE": self.now.isoformat()}  # fmt: skip

    def file(self, complaint_id: str) -> Path:
        return self.root / "complaints" / complaint_id[:4] / complaint_id[4:6] / f"{complaint_id}.yaml"

    def data(self, complaint_id: str) -> Any:
        return yamlfile.load(self.file(complaint_id).read_text(encoding="utf-8"))

    def event(self, complaint_id: str, index: int = -1) -> Any:
        return self.data(complaint_id)["events"][index]

    def policy(self, text: str) -> None:
        """Give the office another policy, committed by its own clock."""
        (self.root / "cmplt.yaml").write_text(text, encoding="utf-8")
        with mock.patch.dict(os.environ, GIT_COMMITTER_DATE=self.now.isoformat()):
            self.git("commit", "-qam", "policy", "--date", self.now.isoformat())

    def state(self) -> tuple[str, str, dict[str, bytes]]:
        """Everything a refused command must leave as it was: HEAD, git's status, every byte of the work tree."""
        files = {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and ".git" not in path.relative_to(self.root).parts
        }
        return self.git("rev-parse", "HEAD"), self.git("status", "--porcelain"), files

    def refused(self, code: int, *args: str, says: Sequence[str] = (), **how: Any) -> Result:
        """Run a command that must fail with `code`, say each of `says`, show no traceback and change nothing."""
        before = self.state()
        result = self.run(*args, **how)
        assert result.code == code, f"{args}: exit {result.code}, wanted {code}: {result.err}"
        assert "Traceback" not in result.err
        assert result.err.strip()
        for words in says:
            assert words in result.err, f"{words!r} is not in {result.err!r}"
        assert self.state() == before, f"{args}: something changed"
        return result

    def commits(self, before: str) -> list[str]:
        """The subjects of the commits since, newest first."""
        return self.git("log", "--format=%s", f"{before.strip()}..HEAD").splitlines()

    def one_commit(
        self, *args: str, now: str | None = None, adds_only: bool = True, folder: str = "complaints/"
    ) -> Result:
        """Run a command that must make exactly one commit of exactly one file (a complaint's), adding lines only."""
        before = self.git("rev-parse", "HEAD")
        result = self.ok(*args, now=now)
        assert len(self.commits(before)) == 1
        stat = [line.split("\t") for line in self.git("show", "--numstat", "--format=", "HEAD").splitlines() if line]
        assert len(stat) == 1, stat
        assert not adds_only or stat[0][1] == "0", stat
        assert stat[0][2].startswith(folder)
        assert self.git("status", "--porcelain") == ""
        return result

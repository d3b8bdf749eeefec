"""Plays a scenario: commands typed by named people at given times, each held against what it must lead to.

A scenario is a YAML file. It names its `profile`, who works there (`people`; the first is the clerk) and in which
`roles`, the `policy` lines that this office has of its own (a text and what replaces it), and its `steps`. A step:

    at: 2026-10-12 09:10       the clock (default: as before); `who` types (default: as before)
    rows: [P02, P06]           the rows of the document that it shows
    run: new --channel phone … the command; $A stands for the id that a step with `id: A` printed
    id: A                      the name of the complaint or measure that it takes or is about
    ids: [A, B]                the names of several that it takes, in the order in which it prints them
    papers: {photo.jpg: text}  files that lie in the folder it is typed in
    code: 3                    its exit code (default 0); a refused command must leave everything as it was
    says: [words]              what stdout or stderr must hold; `silent: [words]` what they must not
    json: {…}                  what its JSON must hold (run it with --format json): keys and values, lists whole
    status, department, owner, severity, criteria, round, kind
                               how the complaint `id` stands afterwards
    due: {response: 2026-10-12 13:10}
                               what of it is open afterwards, with its due time; `owed: {response: service}` by whom
    met: {…}, late: {…}, cancelled: {…}
                               what has been met, was late, was cancelled, with its due time
"""

import json
import random
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

from cmplt.cli import run
from cmplt.storage import yamlfile
from tests.office import Office

FOLDER = Path(__file__).parent
ZONE = ZoneInfo("Asia/Shanghai")
STANDS = ("status", "department", "owner", "severity", "criteria", "round", "kind")
STATES = {"due": "open", "met": "met", "late": "late", "overdue": "overdue", "cancelled": "cancelled"}
KEYS = {
    *("at", "who", "rows", "run", "id", "ids", "papers", "code", "says", "silent", "json", "owed", "why"),
    *STANDS,
    *STATES,
}


def scenario(name: str) -> dict[str, Any]:
    """A scenario by the name of its profile."""
    found: dict[str, Any] = yamlfile.load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def names() -> list[str]:
    """The profiles that have a scenario."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@dataclass
class Play:
    """A scenario being played in an office of its own."""

    told: Mapping[str, Any]
    office: Office
    ids: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, told: Mapping[str, Any], root: Path) -> "Play":
        """Set the office up as the profile, the people and the office's own lines make it."""
        people = told["people"]
        clerk = next(iter(people))
        office = Office(root, local(told["opened"]), clerk, people[clerk])
        root.mkdir(parents=True)
        office.ok("init", ".", "--profile", told["profile"])
        text = (root / "cmplt.yaml").read_text(encoding="utf-8")
        for role, members in told.get("roles", {}).items():
            listed = yamlfile.dump(members).strip()
            line = re.search(rf"^  {role}: (?:\{{members: )?(\[.*?\])", text, re.MULTILINE)
            assert line, f"the profile has no role {role}"
            text = text[: line.start(1)] + listed + text[line.end(1) :]
        for old, new in told.get("policy", {}).items():
            assert text.count(old) == 1, f"the profile has not exactly once: {old}"
            text = text.replace(old, new)
        office.policy(text)
        return cls(told, office)

    def all(self) -> None:
        """Play every step."""
        for number, step in enumerate(self.told["steps"], 1):
            try:
                self.step(step)
            except AssertionError as error:
                raise AssertionError(f"step {number} ({step.get('at', '')} {step['run'][:80]}): {error}") from None

    def step(self, step: Mapping[str, Any]) -> None:
        unknown = set(step) - KEYS
        assert not unknown, f"unknown keys {unknown}"
        office = self.office
        if "at" in step:
            office.now = local(step["at"])
        if "who" in step:
            office.name, office.email = step["who"], self.told["people"][step["who"]]
        for name, text in step.get("papers", {}).items():
            (office.root.parent / name).write_text(text, encoding="utf-8")
        arguments = [self._named(word) for word in shlex.split(step["run"])]
        code = step.get("code", 0)
        before = office.state() if code else None
        # ids that are the same each time the scenario is played
        chance = random.Random(f"{self.told['profile']} {len(self.ids)} {step['run']}")
        with mock.patch("tests.office.run", lambda args, **app: run(args, choice=chance.choice, **app)):
            result = office.run(*arguments)
        assert result.code == code, f"exit {result.code}: {result.err}"
        assert "Traceback" not in result.err
        if code:
            assert office.state() == before, "a refused command changed something"
        name = step.get("id")
        if name and name not in self.ids:
            self.ids[name] = result.out.split()[-1]
        if "ids" in step:
            self.ids |= dict(zip(step["ids"], result.out.split(), strict=True))
        said = result.out + result.err
        for words in step.get("says", ()):
            assert self._named(words) in said, f"{words!r} is not in:\n{said}"
        for words in step.get("silent", ()):
            assert self._named(words) not in said, f"{words!r} is in:\n{said}"
        if "json" in step:
            holds(json.loads(result.out), self._named_in(step["json"]))
        if name:
            self._stands(self.ids[name], step)

    def _stands(self, complaint_id: str, step: Mapping[str, Any]) -> None:
        asked = [key for key in (*STANDS, *STATES, "owed") if key in step]
        if not asked:
            return
        office = self.office
        (now,) = json.loads(office.ok("show", complaint_id, "--format", "json").out)
        for key in STANDS:
            if key in step:
                assert now[key] == step[key], f"{key} is {now[key]}"
        for key, state in STATES.items():
            for name, due in step.get(key, {}).items():
                found = [each for each in now["obligations"] if each["name"] == name and each["state"] == state]
                dues = [each["due"] for each in found]
                wanted = local(due).isoformat()
                assert wanted in dues, f"{name} is not {state} with {wanted}: {_obligations(now)}"
        for name, department in step.get("owed", {}).items():
            owed = [each["owed_by"] for each in now["obligations"] if each["name"] == name]
            assert owed and owed[-1] == department, f"{name} is owed by {owed}"

    def _named(self, text: str) -> str:
        return re.sub(r"\$([A-Z][A-Z0-9]*)", lambda found: self.ids[found[1]], text)

    def _named_in(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._named(value)
        if isinstance(value, dict):
            return {key: self._named_in(each) for key, each in value.items()}
        return [self._named_in(each) for each in value] if isinstance(value, list) else value


def _obligations(now: Mapping[str, Any]) -> str:
    return "; ".join(f"{each['name']} {each['due']} {each['state']}" for each in now["obligations"])


def holds(found: Any, wanted: Any, where: str = "json") -> None:
    """Assert that a mapping has at least what is wanted; lists must have the wanted length, all else be equal."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key, value in wanted.items():
            assert key in found, f"{where} has no {key}: {sorted(found)}"
            holds(found[key], value, f"{where}.{key}")
    elif isinstance(wanted, list) and isinstance(found, list):
        assert len(found) == len(wanted), f"{where} has {len(found)} entries: {found}"
        for index, (each, value) in enumerate(zip(found, wanted, strict=True)):
            holds(each, value, f"{where}.{index}")
    else:
        assert found == wanted, f"{where} is {found!r}, wanted {wanted!r}"

"""Makes the sample office: replays the stories through the commands, each at its own instant by its own actor.

    python sample-repo/replay.py

A story is a complaint's facts and its steps; to extend the sample, add one to stories/ and replay. The ids are drawn
from each story's own seed, so that a new story leaves the files of the others as they are.
"""

import os
import random
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

from cmplt.cli import run
from cmplt.storage import yamlfile

HERE = Path(__file__).parent
ZONE = ZoneInfo("Asia/Shanghai")
OPENED = datetime(2026, 4, 30, 9, tzinfo=ZONE)
CLERK = "王芳"
EMAILS = yamlfile.load((HERE / "people.yaml").read_text(encoding="utf-8"))
ROLES = {
    "general-manager": ["林涛"],
    "customer-relations": ["王芳", "赵敏"],
    "operations-manager": ["陈刚"],
    "service-manager": ["周强"],
    "administration-manager": ["郑伟"],
    "sales-manager": ["李明"],
    "finance-manager": ["吴静"],
    "parts-supervisor": ["孙丽"],
}
# Saturdays inside long holidays, which the official list leaves out .
CLOSED = {"2026-06-20": "closed", "2026-09-26": "closed"}
# Fields of a step that are arguments of its command; the others are options of the same name.
ARGUMENTS = {"assign": ["department"], "task": ["task"], "done": ["task"]}


@dataclass(frozen=True)
class Step:
    """A step of a story: the clock when it was entered, and what was entered."""

    clock: datetime
    story: int
    data: dict[str, Any]


def stories(folder: Path = HERE / "stories") -> list[dict[str, Any]]:
    """All stories, by month of receipt."""
    return [
        story for path in sorted(folder.glob("*.yaml")) for story in yamlfile.load(path.read_text(encoding="utf-8"))
    ]


def steps(told: list[dict[str, Any]]) -> list[Step]:
    """The steps of all stories in the order in which they were entered."""
    found = [
        Step(local(step.get("recorded", step["at"])), index, step)
        for index, story in enumerate(told)
        for step in story["steps"]
    ]
    return sorted(found, key=lambda step: (step.clock, step.story))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def replay(root: Path) -> None:
    """Build the office at `root` with its git history; stops at the first step that is refused."""
    enter(root, CLERK, OPENED, ["init", str(root), "--profile", "auto-dealer"])
    policy = root / "cmplt.yaml"
    policy.write_text(for_sample(policy.read_text(encoding="utf-8")), encoding="utf-8")
    told = stories()
    ids: dict[int, str] = {}
    for step in steps(told):
        story = told[step.story]
        who = step.data["by"]
        if step.data["do"] == "register":
            facts = root.parent / "facts.yaml"
            facts.write_text(yamlfile.dump(story["new"]), encoding="utf-8")
            seed = random.Random(f"{story['new']['received']} {story['new']['customer']['name']}")
            arguments = ["new", "--from", str(facts), *options(step.data)]
            ids[step.story] = enter(root, who, step.clock, arguments, choice=seed.choice).strip()
        else:
            enter(root, who, step.clock, command(step.data, ids[step.story]))


def command(step: dict[str, Any], complaint_id: str) -> list[str]:
    """A step as a command line."""
    action = step["do"]
    arguments = [str(step[name]) for name in ARGUMENTS.get(action, ())]
    if action == "amend":
        arguments = [f"{name}={value}" for name, value in step["changes"].items()]
    return [action, complaint_id, *arguments, *options(step)]


def options(step: dict[str, Any]) -> Iterator[str]:
    handled = {"do", "by", "recorded", "changes", *ARGUMENTS.get(step["do"], ())}
    for name, value in step.items():
        if name in handled or (name == "at" and "recorded" not in step):
            continue
        if name == "result":
            yield f"--{value}"
        elif value is True:
            yield f"--{name}"
        else:
            for each in value if isinstance(value, list) else [value]:
                yield f"--{name.replace('_', '-')}={each}"


def enter(root: Path, who: str, clock: datetime, arguments: list[str], **app: Any) -> str:
    """Run one command as `who` at `clock`; returns what it printed."""
    email = EMAILS[who]
    identity = {
        "GIT_AUTHOR_NAME": who,
        "GIT_AUTHOR_EMAIL": email,
        "GIT_COMMITTER_NAME": who,
        "GIT_COMMITTER_EMAIL": email,
    }
    out, err = StringIO(), StringIO()
    with mock.patch.dict(os.environ, identity), redirect_stdout(out), mock.patch.object(sys, "stderr", err):
        code = run(["-C", str(root if root.exists() else root.parent), *arguments], clock=lambda: clock, **app)
    if code:
        raise SystemExit(f"{clock} {who}: {' '.join(arguments)}\n{err.getvalue()}")
    return out.getvalue()


def for_sample(policy: str) -> str:
    """The profile with the sample's people under its roles, and its closed Saturdays."""
    for role, members in ROLES.items():
        policy = re.sub(rf"^(  {role}: )\[.*?\]", rf"\1{yamlfile.dump(members).strip()}", policy, flags=re.MULTILINE)
    closed = ", ".join(f"'{day}': {hours}" for day, hours in CLOSED.items())
    return policy.replace("exceptions: {}", f"exceptions: {{{closed}}}")


def main() -> None:
    """Replay into a temporary office and bring its files here."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "office"
        replay(root)
        for name in ("complaints", "schemas"):
            shutil.rmtree(HERE / name, ignore_errors=True)
            shutil.copytree(root / name, HERE / name)
        for name in ("cmplt.yaml", ".gitattributes"):
            shutil.copy(root / name, HERE / name)


if __name__ == "__main__":
    main()

"""What somebody in an office might do next: a command that is mostly possible as things stand, and sometimes not."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from cmplt.domain.complaint import Complaint
from cmplt.domain.process import fold
from cmplt.storage import yamlfile
from tests.audited import Audited
from tests.trials.hands import PEOPLE, TAKEN

Words = tuple[str, ...]

# What is worth trying in a status: half of all commands are one of these, the others are anything.
LIKELY: Mapping[str | None, Sequence[str]] = {
    "registered": ("assign", "assign", "escalate", "reject", "task"),
    "assigned": ("respond", "respond", "assign", "progress", "escalate"),
    "in-progress": ("propose", "approve", "approve", "decline", "resolve", "resolve", "respond", "task"),
    "resolved": ("followup", "followup", "reopen"),
    "closed": ("redact", "redact", "reopen", "followup"),
    "rejected": ("redact", "reopen"),
}
NEXT = {"new": "approve", "approve": "start", "start": "done", "done": "verify", "verify": "start"}
FIELDS = ((), ("customer.contact",), ("description",), ("subject", "customer.name"))


@dataclass
class Chance:
    """The choices of one person at one clone, at one moment; `mark` is a text that no other command has."""

    draw: random.Random
    clone: Audited
    papers: Path
    mark: str

    def command(self) -> Words:
        """Some command, with a note of its own or one that others have too, and now and then written up later."""
        complaints = sorted(self.clone.root.glob("complaints/*/*/*.yaml"))
        measures = sorted(self.clone.root.glob("measures/*/*.yaml"))
        turn = self.draw.random()
        if turn < 0.08 or not complaints:
            words: Words = TAKEN if self.draw.random() < 0.5 else (*TAKEN, "--department", "sales")
        elif turn < 0.1 or (turn < 0.2 and not measures):
            words = self._measure_new([path.stem for path in complaints])
        elif turn < 0.2:
            words = self._measure_step(self.draw.choice(measures))
        else:
            words = self._event(complaints)
        note = self.mark if self.draw.random() < 0.9 else "说过的话"
        return (*words, "--note", note, *self._late(words))

    def _late(self, words: Words) -> Words:
        if self.draw.random() > 0.15:
            return ()
        at = self.clone.now - timedelta(minutes=self.draw.choice((1, 7, 50, 200)))
        return ("--at", at.isoformat(), *(() if "--reason" in words else ("--reason", "补记")))

    def _event(self, complaints: Sequence[Path]) -> Words:
        path = self.draw.choice(complaints)
        likely = LIKELY[fold(Complaint.read(loaded(path))).now.status]
        action = self.draw.choice(likely if self.draw.random() < 0.5 else list(OPTIONS))
        ids = [path.stem]
        if action in ("respond", "progress", "approve") and self.draw.random() < 0.1:
            ids += [other for other in [self.draw.choice(complaints).stem] if other != path.stem]
        by = ("--by", "客服") if self.draw.random() < 0.1 and action not in ("approve", "decline") else ()
        return (action, *ids, *OPTIONS[action](self), *by)

    def _measure_new(self, ids: Sequence[str]) -> Words:
        due = (self.clone.now + timedelta(days=9)).isoformat()
        words = ("measure", "new", "--kind", self.draw.choice(("interim", "corrective")), "--title", self.mark)
        return (*words, "--complaint", self.draw.choice(ids), "--department", "service", "--due", due)

    def _measure_step(self, path: Path) -> Words:
        last = loaded(path)["events"][-1]["action"]
        step = NEXT.get(last, "start") if self.draw.random() < 0.8 else self.draw.choice((*NEXT.values(), "decline"))
        verified: Words = ("--ineffective", "--due", (self.clone.now + timedelta(days=9)).isoformat())
        if step == "verify" and self.draw.random() < 0.5:
            verified = ("--effective",)
        return ("measure", step, path.stem, *(verified if step == "verify" else ()))

    def paper(self) -> str:
        """A file to be attached: one of its own, or one that others attach too."""
        name = self.mark if self.draw.random() < 0.7 else "说明书"
        path = self.papers / f"{name}.txt"
        path.write_text(name, encoding="utf-8")
        return str(path)

    def fact(self) -> str:
        """A fact to be corrected."""
        return self.draw.choice(
            (
                f"subject={self.mark}",
                f"customer.contact=139{self.draw.randrange(10**8):08}",
                f"description={self.mark}\n第二行",
                f"category={self.draw.choice(('repair', 'attitude'))}",
                "severity=general",
            )
        )


OPTIONS: Mapping[str, Callable[[Chance], Words]] = {
    "assign": lambda by: (by.draw.choice(("sales", "service", "parts")), "--owner", by.draw.choice(PEOPLE)),
    "respond": lambda _: (),
    "progress": lambda _: (),
    "propose": lambda by: by.draw.choice((("--compensation", "10"), ("--remedy", "apology"))),
    "approve": lambda _: (),
    "decline": lambda _: (),
    "resolve": lambda _: ("--outcome", "已解决", "--cause", "attitude"),
    "followup": lambda by: (by.draw.choice(("--satisfied", "--dissatisfied", "--unreached")), "--early"),
    "escalate": lambda by: (*by.draw.choice((("--to", "quality"), ("--criterion", "media"))), "--reason", "x"),
    "amend": lambda by: (by.fact(), "--reason", "x"),
    "adjust": lambda by: ("--points", str(by.draw.randint(-3, 3) or 1), "--reason", "x"),
    "task": lambda by: (f"t{by.draw.randrange(4)}",),
    "done": lambda by: (f"t{by.draw.randrange(4)}",),
    "attach": lambda by: (by.paper(),),
    "reject": lambda _: ("--reason", "x"),
    "reopen": lambda _: ("--reason", "x"),
    "redact": lambda by: (*by.draw.choice(FIELDS), "--reason", "x"),
}


def loaded(path: Path) -> Any:
    return yamlfile.load(path.read_text(encoding="utf-8"))

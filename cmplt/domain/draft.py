"""An entry as a person asks for it: who, when, and the events drafted."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cmplt.domain.rules import PlannedTask


@dataclass(frozen=True, slots=True)
class Identity:
    """Who git says is at the keyboard."""

    name: str
    email: str

    def among(self, members: Collection[str]) -> bool:
        return self.name in members or self.email in members


@dataclass(frozen=True, slots=True)
class Draft:
    """An event as a person asks for it: its action, its own fields, and a due instant given by hand."""

    action: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    due: datetime | None = None
    planned: PlannedTask | None = None  # that a playbook opens
    early: bool = False
    papers: Mapping[Path, bytes] = field(default_factory=dict)  # attached: they go into the same commit


@dataclass(frozen=True, slots=True)
class Entry:
    """Who enters what, and when: what the drafts of one command have in common."""

    now: datetime  # this machine's clock, whole seconds
    by: str
    identity: Identity
    at: datetime | None = None
    reason: str | None = None  # a late entry's; both events of a pair carry it

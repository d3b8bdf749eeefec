"""The audit trail as git keeps it: one command is one commit, whose message says what it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cmplt.repository.ledger import Ledger

RECOVERED = "Recovered"  # the trailer of a commit that holds what a killed command had left
_LATEST = 253_370_764_800  # the year 9999; git takes any number for a commit's instant


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the audit trail."""

    commit: str
    at: datetime
    author: str
    email: str
    subject: str
    actions: tuple[str, ...]


def message(subject: str, trailers: Sequence[tuple[str, str]]) -> str:
    """A commit message: the subject and, below it, trailers. Never personal data."""
    return subject + "\n\n" + "\n".join(f"{name}: {value}" for name, value in trailers) + "\n"


def recovered(ledger: Ledger, entered: datetime, now: datetime, limit: timedelta) -> list[tuple[str, str]]:
    """What the commit of a killed command's events says besides, where it goes on from one that is much younger.

    `entered` is the recorded instant, which the commit has too; `now` is when it was really made.
    """
    head = ledger.head()
    if head is None:
        return []
    parent = instant(ledger.ask("log", "-1", "--format=%ct", head).strip())
    return [(RECOVERED, now.isoformat())] if parent - entered > limit else []


def commits(ledger: Ledger, path: Path) -> list[Commit]:
    """The commits of a file, oldest first."""
    fields = "%H%n%at%n%an%n%ae%n%B"  # NUL and, before the message, line ends are what none of them can hold
    words = ("log", "-z", "--reverse", "--no-show-signature", f"--format={fields}", "--", str(path))
    return [_commit(record) for record in ledger.ask(*words).split("\0") if record.strip()]


def addresses(ledger: Ledger, commit: str) -> dict[str, set[str]]:
    """The e-mail addresses that people have committed with up to a commit, by their names."""
    found: dict[str, set[str]] = {}
    out = ledger.ask("log", "-z", "--no-show-signature", "--format=%an%n%ae", commit, "--") if commit else ""
    for each in set(out.split("\0")) - {""}:
        name, _, email = each.partition("\n")
        found.setdefault(name, set()).add(email)
    return found


def instant(seconds: str) -> datetime:
    """The instant that git prints of a commit in seconds; 1970 where a commit made by hand gives none."""
    return datetime.fromtimestamp(min(int(seconds or 0), _LATEST), UTC)


def _commit(record: str) -> Commit:
    commit, at, author, email, body = record.split("\n", 4)
    subject, _, rest = body.strip().partition("\n\n")
    # read here and not by git, whose configuration can give trailers other names
    trailers = [line.partition(":") for line in rest.rpartition("\n\n")[2].split("\n")]
    actions = [value for name, _, value in trailers if name.lower() == "action"]
    names = tuple(name.strip() for name in ",".join(actions).split(",") if name.strip())
    return Commit(commit, instant(at), author, email, " ".join(subject.split("\n")), names)

"""A history that is brought into a new repository, commit by commit, in the language of `git fast-import`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cmplt.domain.draft import Identity
from cmplt.repository.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Imported:
    """A commit as it is to stand there: who made it, when, and the files it put there."""

    author: Identity
    when: datetime
    message: str
    files: Mapping[str, bytes]


def bring_in(ledger: Ledger, commits: Sequence[Imported], *, clerk: Identity) -> None:
    """Fill a new repository with a history, and let `clerk` be who commits in it from now on."""
    ledger.stream("fast-import", "--quiet", given=b"".join(_written(each) for each in commits))
    ledger.ask("reset", "--hard", "--quiet")
    ledger.ask("config", "user.name", clerk.name)
    ledger.ask("config", "user.email", clerk.email)


def _written(commit: Imported) -> bytes:
    stamp = f"{commit.author.name} <{commit.author.email}> {int(commit.when.timestamp())} {commit.when:%z}"
    text = commit.message.encode()
    parts = [f"commit refs/heads/main\nauthor {stamp}\ncommitter {stamp}\ndata {len(text)}\n".encode(), text]
    for name, content in commit.files.items():
        parts += [f"\nM 100644 inline {name}\ndata {len(content)}\n".encode(), content]
    return b"".join([*parts, b"\n\n"])

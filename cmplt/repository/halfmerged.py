"""A merge that was killed on its way is taken back: else others' events would look like what was written here."""

from pathlib import Path

from cmplt.errors import GitFailed
from cmplt.repository.ledger import Ledger
from cmplt.repository.swap import replaced

NAME = "merging"
# Files of these folders are written by commands alone, which commit them before they merge.
_OURS = ("complaints/", "measures/")


def begin(ledger: Ledger, theirs: str) -> None:
    """Write down what is about to be merged."""
    replaced(ledger.private / NAME, f"{theirs}\n".encode())


def end(ledger: Ledger) -> None:
    """It is merged, or git has taken it back."""
    (ledger.private / NAME).unlink(missing_ok=True)


def take_back(ledger: Ledger) -> None:
    """Put every file back that a killed merge had touched, unless the merge was committed."""
    note = ledger.private / NAME
    if not note.exists():
        return
    theirs = note.read_text(encoding="ascii", errors="replace").strip()
    if Path(ledger.repo.git_dir, "MERGE_HEAD").exists():
        ledger.ask("merge", "--abort")
    elif ledger.ask("rev-list", "--count", "--max-count=1", theirs, "^HEAD").strip() != "0":
        for name in _touched(ledger, theirs):
            if name.startswith(_OURS) or _is_theirs(ledger, name, theirs):
                _put_back(ledger, name)
    end(ledger)


def _touched(ledger: Ledger, theirs: str) -> list[str]:
    """What the other side changed since both went on from one commit; nothing, where there is none."""
    try:
        ledger.ask("merge-base", "HEAD", theirs)
    except GitFailed:  # git merges no strangers
        return []
    return ledger.ask("diff", "--name-only", "-z", f"HEAD...{theirs}").split("\0")[:-1]


def _is_theirs(ledger: Ledger, name: str, theirs: str) -> bool:
    path = ledger.root / name
    return path.is_file() and path.read_bytes() == ledger.committed(path, revision=theirs)


def _put_back(ledger: Ledger, name: str) -> None:
    """A file as the last commit has it, in the work tree and for git; one that it has not is gone."""
    if ledger.committed(ledger.root / name) is not None:
        ledger.ask("checkout", "--quiet", "HEAD", "--", f":(top,literal){name}")
    else:
        ledger.ask("rm", "--quiet", "--cached", "--ignore-unmatch", "--", f":(top,literal){name}")
        (ledger.root / name).unlink(missing_ok=True)

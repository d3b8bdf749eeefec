"""What a clone has seen of a history, and that only what goes on from it takes its place."""

from pathlib import Path

import pytest

from cmplt.repository import seen
from cmplt.repository.ledger import Ledger
from tests.office import Office


def test_every_command_that_writes_is_remembered(office: Office) -> None:
    """The commit of the last one, however many commits others have made in between."""
    found = office.new()
    assert seen.last(Ledger(office.root)) == office.git("rev-parse", "HEAD").strip()
    office.git("commit", "-q", "--allow-empty", "-m", "by hand")
    office.ok("assign", found, "sales")
    assert seen.last(Ledger(office.root)) == office.git("rev-parse", "HEAD").strip()
    assert (office.root / ".git" / "cmplt" / "seen").read_bytes() == f"{office.git('rev-parse', 'HEAD')}".encode()


def test_a_history_that_is_no_continuation_is_not_remembered(office: Office) -> None:
    """After commits were taken back the old one stays remembered, and commands go on."""
    found = office.new()
    known = seen.last(Ledger(office.root))
    office.git("reset", "-q", "--hard", "HEAD~1")
    office.new()
    ledger = Ledger(office.root)
    assert seen.last(ledger) == known
    assert not seen.remember(ledger, ledger.head() or "")
    office.git("reset", "-q", "--hard", str(known))
    office.ok("assign", found, "sales")
    assert seen.last(ledger) == office.git("rev-parse", "HEAD").strip()


@pytest.mark.parametrize("text", ["", "main", "f" * 39, "--all", "\udcff"])
def test_what_is_no_commits_name_is_nothing(office: Office, text: str) -> None:
    """What stands there by accident is not trusted, and overwritten by the next command."""
    ledger = Ledger(office.root)
    path = office.root / ".git" / "cmplt" / "seen"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    assert seen.last(ledger) is None
    office.new()
    assert seen.last(ledger) == ledger.head()


def test_a_commit_that_is_gone(office: Office) -> None:
    """A remembered commit that this repository has no longer is not overwritten."""
    path = office.root / ".git" / "cmplt" / "seen"
    path.write_text("f" * 40 + "\n", encoding="ascii")
    office.new()
    assert seen.last(Ledger(office.root)) == "f" * 40


def test_a_clone_that_cannot_be_written(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command is done all the same."""

    def full(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(seen, "replaced", full)
    office.one_commit("task", office.new(), "x")


def test_up_to_where_desks_have_met(office: Office) -> None:
    """Each other branch has its commit, beside the one that is here; what is no line of either kind is nothing."""
    office.new()
    ledger = Ledger(office.root)
    tip, other = ledger.head() or "", office.git("rev-parse", "HEAD~1").strip()
    assert seen.exchanged(ledger, "origin/main") is None
    seen.shared(ledger, "origin/main", other)
    seen.shared(ledger, "peer/a b", tip)
    assert [seen.exchanged(ledger, name) for name in ("origin/main", "peer/a b", "peer/a")] == [other, tip, None]
    assert seen.last(ledger) == tip
    office.new()
    assert seen.last(ledger) == ledger.head() != tip
    assert seen.exchanged(ledger, "origin/main") == other
    path = office.root / ".git" / "cmplt" / "seen"
    path.write_text(f"x{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert seen.last(ledger) is None
    assert seen.exchanged(ledger, "peer/a b") == tip

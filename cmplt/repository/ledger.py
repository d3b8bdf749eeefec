"""What a repository has, and what git says where it cannot answer: only `objects` speaks with git besides."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from cmplt.domain.draft import Identity
from cmplt.errors import (
    CmpltError,
    DiskFailed,
    GitBusy,
    GitFailed,
    Linked,
    NoGit,
    NoIdentity,
    NoSuchRevision,
    NotATop,
)
from cmplt.repository import gitsettings
from cmplt.repository.lock import Turn, inherited
from cmplt.repository.objects import SHOWN, Objects, proved

# What git sets for its hooks; a command that runs inside one must still find the office by its folder.
_INHERITED = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_COMMON_DIR"),
    *("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"),
)
_INDEX_OF_HOOK = os.environ.get("GIT_INDEX_FILE")
_QUARANTINE = "GIT_OBJECT_DIRECTORY"  # where what is being pushed lies, while pre-receive looks at it
for _name in _INHERITED:
    if _name != _QUARANTINE or "GIT_QUARANTINE_PATH" not in os.environ:
        os.environ.pop(_name, None)
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

import git  # noqa: E402 (it looks at the environment when it is imported)

_MODULE = "160000"  # git's mode of a submodule
# What git says where it does not know who somebody is, and may not guess.
_NOBODY = re.compile(
    "(?:Author|Committer) identity unknown|fatal: (?:empty ident name|no (?:name|email) was given|name consists only"
    "|unable to auto-detect)"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as a commit lists it: git's mode, the name of its content, and how many bytes that has."""

    mode: str
    blob: str
    size: int


@dataclass(frozen=True)
class Ledger:
    """The git repository whose top is an office's root, and the command that works in it."""

    root: Path
    command: str = ""

    @cached_property
    def repo(self) -> git.Repo:
        if shutil.which("git") is None:
            raise NoGit()
        try:
            repo = git.Repo(self.root)
        except git.InvalidGitRepositoryError:
            raise NotATop(path=self.root) from None
        repo.git.update_environment(**gitsettings.environment())
        with self.translated():  # git may be set to look at other files than those of the office (core.worktree)
            if not repo.bare and Path(repo.git.rev_parse("--show-toplevel")) != self.root.resolve():
                raise NotATop(path=self.root)
        return repo

    @cached_property
    def objects(self) -> Objects:
        return Objects(Path(self.repo.working_dir))

    @cached_property
    def private(self) -> Path:
        """The folder for what is nobody's business but this clone's; temporary files live there.

        Raises Linked where a link stands in its place.
        """
        folder = Path(self.repo.git_dir) / "cmplt"
        if folder.is_symlink():
            raise Linked(path=folder)
        return folder

    @classmethod
    def create(cls, root: Path) -> "Ledger":
        """The repository whose top is `root`, a new one where there is none."""
        ledger = cls(root, "init")
        with ledger.translated():
            root.mkdir(parents=True, exist_ok=True)
            try:
                git.Repo(root)
            except git.InvalidGitRepositoryError:  # there is none, or half of one
                git.Repo.init(root, initial_branch="main")
        return ledger

    def hook(self, name: str) -> Path:
        """Where git looks for a hook."""
        return self.root / self.ask("rev-parse", "--git-path", f"hooks/{name}").removesuffix("\n")

    def identity(self) -> Identity:
        """Who git says commits here; raises NoIdentity where it would have to guess."""
        return self._identity

    @cached_property
    def _identity(self) -> Identity:
        with self.translated():
            here = git.Git(self.root if self.root.is_dir() else Path.cwd())
            try:
                ident = here(c="user.useConfigOnly=true").var("GIT_AUTHOR_IDENT")
            except git.GitCommandError as error:
                if any(_NOBODY.match(line) for line in _said(error)):
                    raise NoIdentity() from None
                raise
        name, _, rest = str(ident).partition(" <")
        return Identity(name, rest.partition(">")[0])

    def head(self) -> str | None:
        """The commit that is checked out, None before the first; raises GitFailed where the branch is broken."""
        found = self.found("rev-parse", "--verify", "--quiet", "HEAD")
        if found is None and self._broken:
            self.ask("log", "-1")  # which says so
        return found

    @property
    def _broken(self) -> bool:
        """Whether what is checked out is neither a commit nor a branch that will have one: git tells by failing."""
        try:
            return self.branch() is None
        except GitFailed:
            return True

    def branch(self) -> str | None:
        """The full name of the branch that is checked out, None where none is."""
        return self.found("symbolic-ref", "--quiet", "HEAD")

    def committed_at(self) -> datetime | None:
        """The instant of the last commit, None before the first or where nobody can tell."""
        try:
            return datetime.fromtimestamp(int(self.repo.git.log("-1", "--format=%ct")), UTC)
        except (git.GitCommandError, ValueError, OverflowError, OSError):
            return None

    def committed(self, path: Path, *, revision: str = "HEAD") -> bytes | None:
        """A file as a commit (the last one) has it, None where it does not; revision '' is the index."""
        place = path.relative_to(self.root).as_posix()
        name = self.found("rev-parse", "--verify", "--quiet", f"{revision or ':0'}:{place}")
        if name is None:
            if revision and (revision != "HEAD" or self.head()):
                self.listed(revision, place)  # which fails where git could not look
            return None
        with self.translated():
            try:
                return self.objects.content(name)
            except GitFailed:
                listed = self.listed(revision, place).get(place) if revision else None
                if listed and listed.mode == _MODULE:  # a commit of another repository, which is no file
                    return None
                raise

    def resolve(self, revision: str) -> str:
        """The commit that a name or an abbreviation means; raises NoSuchRevision."""
        # what begins with a dash would be an option
        found = self.found("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        if found is None or not re.fullmatch("[0-9a-f]{40,64}", found):
            raise NoSuchRevision(revision=revision)
        return found

    def listed(self, commit: str, name: str) -> dict[str, Listed]:
        """The files of a commit by their names: a file of the root, or all below one of its folders."""
        with self.translated():
            out = self.repo.git.ls_tree("-r", "-l", "-z", "--full-tree", commit, "--", name)
        entries = (entry.split("\t", 1) for entry in out.split("\0") if entry)
        return {name: _listed(*about.split()) for about, name in entries}

    def blob(self, name: str) -> bytes:
        """A file's content by the name that git has for it."""
        with self.translated():
            content = self.objects.content(name)
        if content is None:
            raise GitFailed(output=f"{name} is no file")
        return content

    def named(self, expression: str) -> tuple[str, int] | None:
        """The name and the size of what git finds under an expression such as `COMMIT:PATH`, None for nothing."""
        with self.translated():
            return self.objects.named(expression)

    def contents(self, names: Sequence[str], largest: int) -> Iterator[tuple[str, bytes | int]]:
        """Files' contents by the names that git has for them, as one stream; the size of what is larger than that."""
        with self.translated(), TemporaryFile() as stream:
            stream.write("\n".join(names).encode() + b"\n")
            stream.seek(0)
            process = self.repo.git.execute(["git", "cat-file", "--batch", "--buffer"], istream=stream, as_process=True)
            out = process.stdout  # which is closed once nobody holds the process
            for name in names:
                about = out.readline().decode("ascii", "replace").split()
                if not about or not about[-1].isdigit():
                    raise GitFailed(output=" ".join(about) or f"{name}: git ended early")
                size = int(about[-1])
                yield name, proved(name, out.read(size)) if size <= largest else _skipped(out, size)
                out.read(1)

    def content(self, name: str, largest: int) -> bytes | int:
        """A file's content by the name that git has for it, or its size where that is more than is to be read."""
        found = self.named(name)
        return found[1] if found and found[1] > largest else self.blob(name)

    def digest(self, name: str) -> str:
        """The SHA-256 of a file's content by the name that git has for it, read piece by piece."""
        with self.translated():
            return self.objects.digest(name)

    def differing(self, names: Sequence[str]) -> list[str]:
        """What of some files and folders is not as the last commit has it, new files included."""
        with self.translated():
            out = self.repo.git.status(
                "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignored=matching", "--", *names
            )
        return sorted({entry[3:] for entry in out.split("\0") if entry})

    def unchanged(self, path: Path) -> bool:
        """Whether a file is as the last commit has it, or is none of git's."""
        return not self.ask("status", "--porcelain", "--untracked-files=no", "--", str(path))

    def changed(self) -> dict[str, str]:
        """The work tree's complaints and measures that differ from the last commit, with git's letter for how."""
        if self.head() is None:
            return {}
        return _pairs(self.ask("diff", "HEAD", "--name-status", "--no-renames", "-z", "--", "complaints", "measures"))

    def staged(self) -> dict[str, str]:
        """The files that the next commit will change, with git's letter for how; in a hook, of that commit."""
        with self.translated(), self.repo.git.custom_environment(**_hook_index()):
            against = ["HEAD"] if self.head() else [self.nothing]
            return _pairs(self.repo.git.diff("--cached", "--name-status", "--no-renames", "-z", *against))

    def staged_content(self, path: Path) -> bytes | None:
        with self.repo.git.custom_environment(**_hook_index()):
            return self.committed(path, revision="")

    @cached_property
    def nothing(self) -> str:
        """The name of a folder that holds nothing: git knows it without having it."""
        return self.ask("hash-object", "-t", "tree", os.devnull).strip()

    @property
    def signs(self) -> bool:
        """Whether git signs what is committed here."""
        return self.ask("config", "--type=bool", "--default", "false", "--get", "commit.gpgSign").strip() == "true"

    @property
    def signing_key(self) -> str | None:
        """The SSH key with which git signs here, as its public file has it; None for another kind, or where unknown."""
        if self.ask("config", "--default", "openpgp", "--get", "gpg.format").strip() != "ssh":
            return None
        found = self.ask("config", "--type=path", "--default", "", "--get", "user.signingKey").strip()
        if (key := found.removeprefix("key::")).startswith(("ssh-", "ecdsa-", "sk-")):
            return key
        with suppress(OSError, ValueError):
            path = self.root / found
            public = path if path.suffix == ".pub" else path.with_name(f"{path.name}.pub")
            return public.read_text(encoding="utf-8").strip()
        return None

    @property
    def shared(self) -> bool:
        """Whether this clone exchanges with others."""
        return bool(self.ask("remote").strip())

    def ask(self, *words: str) -> str:
        """What git prints for a command; raises GitFailed (with what it said), GitBusy or NoGit."""
        with self.translated():
            done = self.repo.git.execute(["git", *words], strip_newline_in_stdout=False, pass_fds=inherited())
            return str(done)

    def found(self, *words: str) -> str | None:
        """What git prints for a command that has nothing to say by ending with 1; None then.

        It is asked quietly. Whatever else keeps it from an answer ends with another number, and raises as `ask` does.
        """
        with self.translated():
            try:
                return str(self.repo.git.execute(["git", *words]))
            except git.GitCommandError as error:
                if error.status == 1:
                    return None
                raise

    def names(self, command: str, *words: str) -> list[str]:
        """The files that git names for a command that takes `-z`."""
        return self.ask(command, "-z", *words).split("\0")[:-1]

    def leads(self, first: str, last: str) -> bool:
        """Whether one commit is the other, or came before it."""
        return self.ask("rev-list", "--count", "--max-count=1", first, f"^{last}").strip() == "0"

    def dated(self, when: datetime) -> AbstractContextManager[None]:
        """What is committed meanwhile is so at that instant."""
        date = when.isoformat()
        return self.repo.git.custom_environment(GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date)

    def stream(self, *words: str, given: bytes) -> bytes:
        """What git prints for a command that reads `given`, byte for byte."""
        with self.translated(), TemporaryFile() as stream:
            stream.write(given)
            stream.seek(0)
            done = self.repo.git.execute(
                ["git", *words],
                istream=stream,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
                pass_fds=inherited(),
            )
            return bytes(done)

    # --- how ------------------------------------------------------------------------------------------------

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what git and the disk say into what a clerk can do about it."""
        try:
            yield
        except CmpltError:
            raise
        except git.GitCommandNotFound:
            raise NoGit() from None
        except git.GitCommandError as error:
            said = _said(error)
            if held := self._in_the_way(said):
                raise GitBusy(path=held) from None
            raise GitFailed(output=" / ".join(said)[:SHOWN], lines=said) from None
        except OSError as error:
            raise DiskFailed(path=error.filename or self.root, problem=error.strerror or error) from None

    def _in_the_way(self, said: Sequence[str]) -> str | None:
        """The lock in this repository that kept git from its work: others' locks, and others' words, are not ours."""
        if "repo" not in self.__dict__:  # there is none yet
            return None
        folders = [Path(each).resolve() for each in (self.repo.git_dir, self.repo.common_dir)]
        own = "\n".join(line for line in said if not line.startswith("remote:"))
        for path in re.findall(r"Unable to create '(.+?\.lock)': File exists", own, re.DOTALL):
            if any(Path(path).resolve().is_relative_to(folder) for folder in folders):
                return str(path)
        return None

    @cached_property
    def turn(self) -> Turn:
        """The lock of this clone."""
        return Turn(self.private)


def _skipped(stream: IO[bytes], size: int) -> int:
    """Read over so many bytes, piece by piece."""
    left = size
    while left and (piece := stream.read(min(left, 1 << 20))):
        left -= len(piece)
    return size


def _listed(mode: str, _kind: str, blob: str, size: str) -> Listed:
    return Listed(mode, blob, int(size) if size.isdigit() else 0)


def _hook_index() -> dict[str, str]:
    return {"GIT_INDEX_FILE": _INDEX_OF_HOOK} if _INDEX_OF_HOOK else {}


def _pairs(listed: str) -> dict[str, str]:
    """`--name-status -z`: a letter and a name, in turn."""
    parts = listed.split("\0")
    return dict(zip(parts[1::2], parts[0::2], strict=False))


def _said(error: git.GitCommandError) -> list[str]:
    """The lines that git printed."""
    parts = {"stderr": str(error.stderr), "stdout": str(error.stdout)}
    printed = [part.strip().removeprefix(f"{name}: '").removesuffix("'") for name, part in parts.items()]
    # no other characters end a line for git: what the other side says after one still begins with 'remote:'
    lines = [line.strip() for line in re.split("[\r\n]", "\n".join(printed))]
    return [line for line in lines if line] or [f"git ended with status {error.status}"]

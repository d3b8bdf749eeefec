"""The only module that knows git: one command is one commit, of exactly its files."""

import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryFile

from filelock import FileLock, Timeout

from cmplt.domain.draft import Identity
from cmplt.errors import Busy, CmpltError, DiskFailed, GitFailed, NoGit, NoIdentity, NoSuchRevision, NotATop, Unfinished
from cmplt.storage.swap import Swap, tidy

# What git sets for its hooks; a command that runs inside one must still find the office by its folder.
_INHERITED = (
    *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_COMMON_DIR"),
    *("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"),
)
_INDEX_OF_HOOK = os.environ.get("GIT_INDEX_FILE")
for _name in _INHERITED:
    os.environ.pop(_name, None)
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")

import git  # noqa: E402 (it looks at the environment when it is imported)

PATIENCE = 10.0  # seconds that somebody else may take to finish writing (design §7)
_STATES = {
    "MERGE_HEAD": ("merge", "git merge --abort"),
    "CHERRY_PICK_HEAD": ("cherry-pick", "git cherry-pick --abort"),
    "REVERT_HEAD": ("revert", "git revert --abort"),
    "rebase-merge": ("rebase", "git rebase --abort"),
    "rebase-apply": ("rebase", "git rebase --abort"),
}


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the audit trail."""

    commit: str
    at: datetime
    author: str
    email: str
    subject: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as a commit lists it: git's mode, the name of its content, and how many bytes that has."""

    mode: str
    blob: str
    size: int


@dataclass(frozen=True, slots=True)
class Past:
    """A commit as it is to stand in a history that is brought in: who made it, when, and the files it put there."""

    author: Identity
    when: datetime
    message: str
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Ledger:
    """The git repository whose top is an office's root."""

    root: Path

    @cached_property
    def repo(self) -> git.Repo:
        if shutil.which("git") is None:
            raise NoGit()
        try:
            return git.Repo(self.root)
        except git.InvalidGitRepositoryError:
            raise NotATop(path=self.root) from None

    @cached_property
    def private(self) -> Path:
        """The folder for what is nobody's business but this clone's; temporary files live there."""
        return Path(self.repo.git_dir) / "cmplt"

    @classmethod
    def create(cls, root: Path) -> "Ledger":
        """The repository whose top is `root`, a new one where there is none."""
        ledger = cls(root)
        with ledger._git():
            root.mkdir(parents=True, exist_ok=True)
            if not (root / ".git").exists():
                git.Repo.init(root, initial_branch="main")
        return ledger

    def hook(self, name: str) -> Path:
        """Where git looks for a hook."""
        return self.root / str(self.repo.git.rev_parse("--git-path", f"hooks/{name}"))

    def identity(self) -> Identity:
        """Who git says commits here; raises NoIdentity where it would have to guess."""
        with self._git():
            here = git.Git(self.root if self.root.is_dir() else Path.cwd())
            try:
                ident = here(c="user.useConfigOnly=true").var("GIT_AUTHOR_IDENT")
            except git.GitCommandError:
                raise NoIdentity() from None
        name, _, rest = str(ident).partition(" <")
        return Identity(name, rest.partition(">")[0])

    def head(self) -> str | None:
        """The commit that is checked out, None before the first."""
        try:
            return str(self.repo.git.rev_parse("--verify", "--quiet", "HEAD"))
        except git.GitCommandError:
            return None

    def committed(self, path: Path, *, revision: str = "HEAD") -> bytes | None:
        """A file as the last commit has it, None where it does not; revision '' is the index."""
        name = f"{revision}:{path.relative_to(self.root).as_posix()}"
        try:
            return bytes(self.repo.git.cat_file("blob", name, stdout_as_string=False, strip_newline_in_stdout=False))
        except git.GitCommandError:
            return None

    def resolve(self, revision: str) -> str:
        """The commit that a name or an abbreviation means; raises NoSuchRevision."""
        try:
            # what begins with a dash would be an option
            found = self.repo.git.rev_parse("--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        except git.GitCommandError:
            raise NoSuchRevision(revision=revision) from None
        if not re.fullmatch("[0-9a-f]{40,64}", str(found)):
            raise NoSuchRevision(revision=revision)
        return str(found)

    def listed(self, commit: str, name: str) -> dict[str, Listed]:
        """The files of a commit by their names: a file of the root, or all below one of its folders."""
        with self._git():
            out = self.repo.git.ls_tree("-r", "-l", "-z", "--full-tree", commit, "--", name)
        entries = (entry.split("\t", 1) for entry in out.split("\0") if entry)
        return {name: _listed(*about.split()) for about, name in entries}

    def blob(self, name: str) -> bytes:
        """A file's content by the name that git has for it."""
        with self._git():
            try:
                return bytes(self.repo.git.get_object_data(name)[3])
            except ValueError as error:  # git has the name, and not the content
                raise GitFailed(output=str(error)) from None

    def differing(self, names: Sequence[str]) -> list[str]:
        """What of some files and folders is not as the last commit has it, new files included."""
        with self._git():
            out = self.repo.git.status(
                "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignored=matching", "--", *names
            )
        return sorted({entry[3:] for entry in out.split("\0") if entry})

    def unchanged(self, path: Path) -> bool:
        """Whether a file is as the last commit has it, or is none of git's."""
        return not self.repo.git.status("--porcelain", "--untracked-files=no", "--", str(path))

    def changed(self) -> dict[str, str]:
        """The work tree's complaints and measures that differ from the last commit, with git's letter for how."""
        if self.head() is None:
            return {}
        return _pairs(self.repo.git.diff("HEAD", "--name-status", "--no-renames", "-z", "--", "complaints", "measures"))

    def staged(self) -> dict[str, str]:
        """The files that the next commit will change, with git's letter for how; in a hook, of that commit."""
        with self._git(), self.repo.git.custom_environment(**_hook_index()):
            against = ["HEAD"] if self.head() else [str(self.repo.git.hash_object("-t", "tree", "/dev/null"))]
            return _pairs(self.repo.git.diff("--cached", "--name-status", "--no-renames", "-z", *against))

    def staged_content(self, path: Path) -> bytes | None:
        with self.repo.git.custom_environment(**_hook_index()):
            return self.committed(path, revision="")

    def ask(self, *words: str) -> str:
        """What git prints for a command; raises GitFailed (with what it said), Busy or NoGit."""
        with self._git():
            return str(self.repo.git.execute(["git", *words], strip_newline_in_stdout=False))

    def record(self, files: Mapping[Path, bytes], message: str, *, when: datetime, folder: Path | None = None) -> str:
        """Write the files and commit them, and nothing else that is changed or staged; returns the commit.

        A folder that all of them are in is put in place as one.

        If that cannot be done, every file is as it was before, and so is the index.
        """
        self._ready()
        head, swap = self.head(), Swap(self.root, self.private)
        with self._git():
            new = self._untracked(files)
            try:
                if folder is not None:
                    swap.put_folder(folder, {f"{path.relative_to(folder)}": files[path] for path in files})
                else:
                    for path, content in files.items():
                        swap.put(path, content)
                if folder is None or self.differing([_literally(path) for path in files]):
                    self._commit(list(files), message, when)
            except BaseException:
                if self.head() == head:
                    self._forget(new)
                    swap.put_back()
                raise
            finally:
                swap.done()
        return self.head() or ""

    def put(self, folder: Path, files: Mapping[str, bytes]) -> None:
        """Put a folder in place whole, without a commit."""
        swap = Swap(self.root, self.private)
        with self._git():
            swap.put_folder(folder, files)
            swap.done()

    def bring_in(self, commits: Sequence[Past], *, clerk: Identity) -> None:
        """Fill a new repository with a history, and let `clerk` be who commits in it from now on."""
        with self._git(), TemporaryFile() as stream:
            for each in commits:
                stream.write(_import(each))
            stream.seek(0)
            self.repo.git.fast_import("--quiet", istream=stream)
            self.repo.git.reset("--hard", "--quiet")
            self.repo.git.config("user.name", clerk.name)
            self.repo.git.config("user.email", clerk.email)

    def log(self, path: Path) -> list[Commit]:
        """The commits of a file, oldest first."""
        fields = "%H%x1f%at%x1f%an%x1f%ae%x1f%s%x1f%(trailers:key=Action,valueonly,separator=%x2C)%x1e"
        with self._git():
            out = self.repo.git.log("--reverse", "--no-show-signature", f"--format={fields}", "--", str(path))
        return [_commit(record) for record in out.split("\x1e") if record.strip()]

    def addresses(self, commit: str) -> dict[str, set[str]]:
        """The e-mail addresses that people have committed with up to a commit, by their names."""
        found: dict[str, set[str]] = {}
        with self._git():
            out = self.repo.git.log("--no-show-signature", "--format=%an%x1f%ae", commit, "--") if commit else ""
        for each in set(out.splitlines()):
            name, _, email = each.partition("\x1f")
            found.setdefault(name, set()).add(email)
        return found

    # --- how ------------------------------------------------------------------------------------------------

    @contextmanager
    def _git(self) -> Iterator[None]:
        """Turn what git and the disk say into what a clerk can do about it."""
        try:
            yield
        except CmpltError:
            raise
        except git.GitCommandNotFound:
            raise NoGit() from None
        except git.GitCommandError as error:
            output = _said(error)
            if ".lock'" in output and "File exists" in output:
                raise Busy(path=next(part for part in output.split("'") if part.endswith(".lock"))) from None
            raise GitFailed(output=output) from None
        except OSError as error:
            raise DiskFailed(path=error.filename or self.root, problem=error.strerror or error) from None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One writer at a time: from reading the file to the commit. Raises Busy when the other takes too long."""
        self.private.mkdir(exist_ok=True)
        lock = FileLock(self.private / "lock", timeout=PATIENCE)
        try:
            lock.acquire()
        except Timeout:
            raise Busy(path=lock.lock_file) from None
        try:
            tidy(self.root, self.private)
            yield
        finally:
            lock.release()

    def _ready(self) -> None:
        for name, (what, command) in _STATES.items():
            if Path(self.repo.git_dir, name).exists():
                raise Unfinished(what=what, command=command)
        lock = Path(self.repo.git_dir, "index.lock")
        until = time.monotonic() + PATIENCE
        while lock.exists():
            if time.monotonic() > until:
                raise Busy(path=lock)
            time.sleep(0.05)

    def _untracked(self, paths: Iterable[Path]) -> list[str]:
        return [_literally(path) for path in paths if not self.repo.git.ls_files("--", _literally(path))]

    def _forget(self, names: Sequence[str]) -> None:
        """Take files out of the index that were not in it before."""
        for name in names:
            if self.repo.git.ls_files("--", name):
                self.repo.git.rm("--cached", "--quiet", "--force", "--", name)

    def _commit(self, paths: Sequence[Path], message: str, when: datetime) -> None:
        names = [_literally(path) for path in paths]
        date = when.isoformat()
        new = self._untracked(paths)
        with self.repo.git.custom_environment(GIT_AUTHOR_DATE=date, GIT_COMMITTER_DATE=date):
            if new:
                self.repo.git.add("--force", "--", *new)
            self.repo.git.commit("--only", "--quiet", "--cleanup=verbatim", "--message", message, "--", *names)


def _literally(path: Path) -> str:
    """A path as git takes it to be a path: the brackets in `photo[1].jpg` are no pattern."""
    return f":(literal){path}"


def message(subject: str, trailers: Sequence[tuple[str, str]]) -> str:
    """A commit message: the subject and, below it, trailers. Never personal data."""
    return subject + "\n\n" + "\n".join(f"{name}: {value}" for name, value in trailers) + "\n"


def _import(past: Past) -> bytes:
    """A commit in the language of `git fast-import`."""
    stamp = f"{past.author.name} <{past.author.email}> {int(past.when.timestamp())} {past.when:%z}"
    text = past.message.encode()
    parts = [f"commit refs/heads/main\nauthor {stamp}\ncommitter {stamp}\ndata {len(text)}\n".encode(), text]
    for name, content in past.files.items():
        parts += [f"\nM 100644 inline {name}\ndata {len(content)}\n".encode(), content]
    return b"".join([*parts, b"\n\n"])


def _listed(mode: str, _kind: str, blob: str, size: str) -> Listed:
    return Listed(mode, blob, int(size) if size.isdigit() else 0)


def _hook_index() -> dict[str, str]:
    return {"GIT_INDEX_FILE": _INDEX_OF_HOOK} if _INDEX_OF_HOOK else {}


def _pairs(listed: str) -> dict[str, str]:
    """`--name-status -z`: a letter and a name, in turn."""
    parts = listed.split("\0")
    return dict(zip(parts[1::2], parts[0::2], strict=False))


def _commit(record: str) -> Commit:
    commit, at, author, email, subject, actions = record.strip("\n").split("\x1f")
    names = tuple(name.strip() for name in actions.split(",") if name.strip())
    return Commit(commit, datetime.fromtimestamp(int(at), UTC), author, email, subject, names)


def _said(error: git.GitCommandError) -> str:
    """What git printed, as one line."""
    printed = f"{error.stderr}\n{error.stdout}".replace("stderr: '", "").replace("stdout: '", "")
    lines = [line.strip().rstrip("'").strip() for line in printed.splitlines()]
    return " / ".join(line for line in lines if line)[:600] or f"git ended with status {error.status}"

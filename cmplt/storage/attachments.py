"""Files that are attached: what may be taken, under which name, and where they lie."""

import errno
import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from cmplt.domain.complaint import Event
from cmplt.domain.policy import Policy
from cmplt.errors import AlreadyAttached, Edited, LinkedFolder, Missing, NoKinds, NotTaken, OverLimit
from cmplt.i18n import N_

FOLDER = "attachments"
_UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
# What a name cannot hold everywhere that a clone may lie (besides what nobody sees: see `harmless`).
_FORBIDDEN = frozenset('\\/:*?"<>|')
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
# Names that git reads itself or refuses (.git, git~1), and those that are devices elsewhere.
_TAKEN_ELSEWHERE = re.compile(r"git~[0-9]|(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_LONGEST = 200  # bytes of a name: most file systems hold 255


def take(
    root: Path,
    owner_id: str,
    paths: Sequence[Path],
    kind: str | None,
    policy: Policy,
    *,
    recorded: Sequence[Mapping[str, Any]] = (),
    shared: bool = False,
) -> tuple[dict[Path, bytes], list[dict[str, Any]]]:
    """The content of files by where each is to lie below attachments/OWNER, and what an event says of them.

    `recorded`: what the owner's events say of earlier ones. A name that something else has becomes `name-2`. In an
    office that is `shared` the name gets a piece of the checksum: another desk may attach another file of that name.
    Raises NotTaken, OverLimit, AlreadyAttached, LinkedFolder, NoKinds, UnknownName, Retired or Missing.
    """
    if not paths:
        raise Missing(options="FILE", command="attach")
    if kind is not None:
        _known_kind(kind, policy)
    folder = folder_of(root, owner_id)
    sums = {_same(Path(each["path"]).name): each["sha256"] for each in recorded}
    there = {_same(each.name): each for each in folder.iterdir()} if folder.is_dir() else {}
    content: dict[Path, bytes] = {}
    files: list[dict[str, Any]] = []
    for path in paths:
        name = harmless(path.name)
        data = _read(path, largest(policy))
        digest = hashlib.sha256(data).hexdigest()
        if sums.get(_same(name)) == digest:
            raise AlreadyAttached(path=f"{FOLDER}/{owner_id}/{name}")
        target = _free(folder, _marked(name, digest) if shared else name, digest, sums, there)
        content[target] = data
        sums[_same(target.name)] = digest
        shown = target.relative_to(root).as_posix()
        files.append({"path": shown, "size": len(data), "sha256": digest, **({"kind": kind} if kind else {})})
    return content, files


def folder_of(root: Path, owner_id: str) -> Path:
    """The folder of a complaint's or a measure's attachments; raises LinkedFolder where one leads elsewhere."""
    folder = root / FOLDER / owner_id
    for each in (folder.parent, folder):
        if each.is_symlink() or (each.exists() and not each.is_dir()):
            raise LinkedFolder(path=each.relative_to(root))
    return folder


def largest(policy: Policy) -> int:
    """How many bytes a file may have."""
    number, unit = policy.attachment_size.split()
    return int(number) * _UNITS[unit]


def harmless(name: str) -> str:
    """A file's name as it can be kept by git, in YAML, and on every system: what cannot becomes `_`."""
    kept = _seen(name)
    kept = kept.strip(" ").rstrip(". ")
    if not kept or kept.startswith(".") or _TAKEN_ELSEWHERE.match(kept):
        kept = f"_{kept.lstrip('.')}"
    stem, suffix = _parts(kept)
    room = _LONGEST - len(suffix.encode())
    return stem.encode()[:room].decode("utf-8", "ignore") + suffix


def is_seen(name: str) -> bool:
    """Whether a name has no character that nobody sees, that leads elsewhere, or that can be written otherwise."""
    return name not in ("", ".", "..") and _seen(name) == name


def _seen(name: str) -> str:
    composed = unicodedata.normalize("NFC", name)
    return "".join("_" if c in _FORBIDDEN or unicodedata.category(c) in _UNSEEN else c for c in composed)


def _known_kind(kind: str, policy: Policy) -> None:
    if not policy.tables[FOLDER]:
        raise NoKinds()
    policy.known(FOLDER, kind)


def _read(path: Path, limit: int) -> bytes:
    """A file's content; raises NotTaken or OverLimit."""
    try:
        # one descriptor for the look and the reading; a pipe is not waited for
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        try:
            about = os.fstat(descriptor)
            if not stat.S_ISREG(about.st_mode):
                kind = N_("it is a folder") if stat.S_ISDIR(about.st_mode) else N_("it is no ordinary file")
                raise NotTaken(path=path, problem=(kind, {}))
            with open(descriptor, "rb", closefd=False) as file:
                content = file.read(limit + 1)  # not only as much as is said: some systems say nothing, or too little
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotTaken(path=path, problem=(N_("it is a link; give the file that it leads to"), {})) from None
        raise NotTaken(path=path, problem=error.strerror) from None
    except ValueError:  # a name that no system call takes
        raise NotTaken(path=path, problem=(N_("it is no ordinary file"), {})) from None
    size = max(about.st_size, len(content))
    if size > limit:
        raise OverLimit(path=path, size=size, largest=limit)
    if len(content) != about.st_size:
        raise NotTaken(path=path, problem=(N_("it has not the size that it is said to have; copy it first"), {}))
    return content


def _free(folder: Path, name: str, digest: str, sums: Mapping[str, str], there: Mapping[str, Path]) -> Path:
    """Where a file is to lie: under its own name, or the next one that nothing else has."""
    for each in _names(name):
        recorded, found = sums.get(_same(each)), there.get(_same(each))
        if recorded == digest:
            raise AlreadyAttached(path=f"{FOLDER}/{folder.name}/{each}")
        if recorded is None and (found is None or _is_just(found, digest)):
            return found or folder / each
    raise AssertionError("the names do not end")


def _is_just(path: Path, digest: str) -> bool:
    """Whether a file has this content: it is a killed command's then, or was put there by hand."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == digest


def _marked(name: str, digest: str) -> str:
    stem, suffix = _parts(name)
    return f"{stem}-{digest[:8]}{suffix}"


def _names(name: str) -> Iterator[str]:
    stem, suffix = _parts(name)
    yield name
    for number in count(2):
        yield f"{stem}-{number}{suffix}"


def _parts(name: str) -> tuple[str, str]:
    """A name before its ending, and the ending (`.jpg`; what is longer is none)."""
    suffix = Path(name).suffix
    return (name.removesuffix(suffix), suffix) if 0 < len(suffix.encode()) <= 20 else (name, "")


def _same(name: str) -> str:
    """What names have in common that some file systems take for one."""
    return unicodedata.normalize("NFC", name).casefold()


def left_behind(root: Path, owner_id: str, events: Sequence[Event]) -> dict[Path, bytes]:
    """The content of what these events attached, as a killed command left it; raises Edited for anything else."""
    found = {}
    for each in of(events):
        path = root / str(each.get("path"))
        if path.parent != folder_of(root, owner_id) or not _is_just(path, str(each.get("sha256"))):
            raise Edited(path=each.get("path"))
        found[path] = path.read_bytes()
    return found


def of(events: Sequence[Event]) -> list[Mapping[str, Any]]:
    """What events say of the files that were attached."""
    return [file for event in events for file in event.get("files", ())]

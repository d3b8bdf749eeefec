"""The merge driver at work: two files become one, or are left with git's marks of a conflict."""

from collections.abc import Sequence
from pathlib import Path

from cmplt.i18n import N_
from cmplt.storage import yamlfile
from cmplt.storage.merging import Conflict, merged

_UNREADABLE = N_("it cannot be read as text")


def merge_files(base: Path, ours: Path, theirs: Path) -> str | None:
    """Put what two files become into `ours`; or both with marks between them, and the reason why is returned."""
    contents = [path.read_bytes() for path in (base, ours, theirs)]
    try:
        ours.write_text(merged(*map(yamlfile.decode, contents)), encoding="utf-8", newline="")
    except (Conflict, yamlfile.YamlProblem) as error:
        ours.write_bytes(_marked(contents[1].splitlines(keepends=True), contents[2].splitlines(keepends=True)))
        return str(error) if isinstance(error, Conflict) else _UNREADABLE
    return None


def _marked(ours: Sequence[bytes], theirs: Sequence[bytes]) -> bytes:
    """Both sides' lines, with marks around those from the first to the last that differ; it cannot be read as YAML."""
    least = min(len(ours), len(theirs))
    start = next((index for index in range(least) if ours[index] != theirs[index]), least)
    end = next((index for index in range(least - start) if ours[~index] != theirs[~index]), least - start)
    narrow = _between(ours, theirs, start, end)
    try:
        yamlfile.load(yamlfile.decode(narrow))
    except yamlfile.YamlProblem:
        return narrow
    return _between(ours, theirs, 0, 0)  # inside a text in quotes the marks would only be some more of it


def _between(ours: Sequence[bytes], theirs: Sequence[bytes], start: int, end: int) -> bytes:
    """Both sides with marks around all but so many lines at the start and the end, which they share."""
    middle = [_whole(side[start : len(side) - end]) for side in (ours, theirs)]
    parts = (*ours[:start], b"<<<<<<< ours\n", middle[0], b"=======\n", middle[1], b">>>>>>> theirs\n")
    return b"".join((*parts, *ours[len(ours) - end :]))


def _whole(lines: Sequence[bytes]) -> bytes:
    text = b"".join(lines)
    return text if text.endswith(b"\n") or not text else text + b"\n"

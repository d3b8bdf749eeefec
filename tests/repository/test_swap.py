"""Folders put in place whole, and everything put back if that fails."""

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cmplt.errors import CmpltError
from cmplt.repository import recording, swap
from cmplt.repository.ledger import Ledger
from cmplt.repository.swap import Swap
from cmplt.repository.trail import message
from tests.conftest import MONDAY
from tests.office import Office

NEW = {"report.html": b"new\n", "charts/trend.svg": b"<svg/>\n"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with the private one of a clone in it."""
    (tmp_path / "office" / ".git").mkdir(parents=True)
    return tmp_path / "office"


def change(root: Path) -> Swap:
    return Swap(root, root / ".git" / "cmplt")


def put(root: Path, target: Path, files: dict[str, bytes] = NEW) -> None:
    """Put a folder in place, and be done."""
    swap = change(root)
    swap.put_folder(target, files)
    swap.done()


def below(folder: Path) -> dict[str, bytes | str]:
    """Everything below a folder: files with their bytes, links with what they point to, folders that hold nothing."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = path.read_bytes()
        elif not any(path.iterdir()):
            found[name] = "nothing"
    return found


def left(root: Path) -> list[str]:
    """What lies in the private folder."""
    return sorted(path.name for path in (root / ".git" / "cmplt").iterdir())


def stand(target: Path) -> dict[str, bytes | str]:
    """An older report, with things in it that somebody else has put there; returns what there is."""
    for name, content in {
        "report.html": b"old\n", "charts/trend.svg": b"old\n", "charts/ours.png": b"gone by now\n",
        "notes.txt": "备注\n".encode(), "charts/drawn by hand.svg": b"foreign\n", "minutes/2026-04-01.md": b"foreign\n",
    }.items():  # fmt: skip
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (target / "latest.html").symlink_to("report.html")
    (target / "nowhere").symlink_to("../gone")
    (target / "shared").symlink_to("minutes", target_is_directory=True)
    return below(target)


# --- in place -----------------------------------------------------------------------------------------------


def test_a_new_folder(root: Path) -> None:
    """A folder that is not there is put in place with all its files, and the folders above it are made."""
    put(root, root / "reports" / "2026-03")
    assert below(root / "reports") == {f"2026-03/{name}": content for name, content in NEW.items()}
    assert left(root) == []


def test_a_folder_that_stands_already(root: Path) -> None:
    """Files of ours are replaced; files, links and folders that others have put there stay as they are."""
    target = root / "reports" / "2026-03"
    before = stand(target)
    put(root, target)
    assert below(target) == {**before, **NEW}
    assert left(root) == []


@pytest.mark.parametrize("standing", [True, False])
def test_a_folder_is_on_the_disk_before_it_takes_its_place(
    root: Path, standing: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files, those of others and its folders are synced, then it is renamed, then the folder above is synced."""
    target, synced, fsync, rename = root / "reports" / "2026-03", list[int](), os.fsync, os.rename
    if standing:
        stand(target)

    def sync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    def put_in_place(source: Path, to: Path) -> None:
        if Path(to) == target:
            whole = [source, *(path for path in Path(source).rglob("*") if not path.is_symlink())]
            assert {path.stat().st_ino for path in whole} <= set(synced)
            synced.clear()
        rename(source, to)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "rename", put_in_place)
    put(root, target)
    assert target.parent.stat().st_ino in synced
    assert target.stat().st_ino not in synced


def test_twice_is_the_same_as_once(root: Path) -> None:
    """Put in place again, the folder is as it was."""
    target = root / "reports" / "2026-03"
    put(root, target)
    once = below(target)
    put(root, target)
    assert below(target) == once
    assert left(root) == []


def test_a_link_in_the_place_of_a_file_is_replaced(root: Path) -> None:
    """Where a link stands for a file of ours, the file takes its place; what the link points to stays untouched."""
    target, other = root / "reports" / "2026-03", root / "other.html"
    other.write_bytes(b"other\n")
    target.mkdir(parents=True)
    (target / "report.html").symlink_to(other)
    put(root, target)
    assert not (target / "report.html").is_symlink()
    assert (other.read_bytes(), (target / "report.html").read_bytes()) == (b"other\n", b"new\n")


def test_the_mode_of_what_stays(root: Path) -> None:
    """A foreign file keeps its mode, and so does the folder."""
    target = root / "reports" / "2026-03"
    stand(target)
    (target / "notes.txt").chmod(0o600)
    target.chmod(0o750)
    put(root, target)
    assert (target / "notes.txt").stat().st_mode & 0o777 == 0o600
    assert target.stat().st_mode & 0o777 == 0o750


def test_a_folder_through_a_link(root: Path, tmp_path: Path) -> None:
    """A folder that is a link to another one stays a link; the files go where it points."""
    elsewhere = tmp_path / "share"
    before = stand(elsewhere)
    (root / "reports").mkdir()
    (root / "reports" / "2026-03").symlink_to(elsewhere, target_is_directory=True)
    put(root, root / "reports" / "2026-03")
    assert (root / "reports" / "2026-03").readlink() == elsewhere
    assert below(elsewhere) == {**before, **NEW}
    assert left(root) == []


def test_names_with_blanks_and_chinese(root: Path) -> None:
    """Whatever the folder and its files are called."""
    put(root, root / "月报 2026" / "三月", {"报告 一.html": b"x\n", "图 表/趋势.svg": b"y\n"})
    assert below(root / "月报 2026") == {"三月/报告 一.html": b"x\n", "三月/图 表/趋势.svg": b"y\n"}


def test_a_target_outside_of_the_office(root: Path, tmp_path: Path) -> None:
    """Any folder of the disk will do."""
    put(root, tmp_path / "elsewhere" / "deep" / "report")
    assert below(tmp_path / "elsewhere") == {f"deep/report/{name}": content for name, content in NEW.items()}
    assert left(root) == []


@pytest.mark.parametrize("where", ["office", ".", "office/.git", "desk"])
def test_a_folder_that_is_not_the_reports_own(root: Path, where: str) -> None:
    """Into the office itself, a folder around it or anybody's desk the files are put among what stands there."""
    target = root.parent / where
    (target / "charts").mkdir(parents=True)
    for name in ("report.html", "charts/mine.svg"):
        (target / name).write_bytes(b"mine\n")
    (root / ".git" / "cmplt").mkdir()
    before, folder = below(root.parent), target.stat().st_ino
    put(root, target)
    prefix = "" if where == "." else f"{where}/"
    assert below(root.parent) == before | {f"{prefix}{name}": content for name, content in NEW.items()}
    assert target.stat().st_ino == folder, "who stands in it stays in it"


@pytest.mark.parametrize("standing", [True, False])
@pytest.mark.parametrize("fails", [True, False])
def test_a_folder_of_another_file_system(root: Path, standing: bool, fails: bool) -> None:
    """Nothing can be renamed across file systems: what is written beside the folder leaves nothing there."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK) or shared.stat().st_dev == root.stat().st_dev:
        pytest.skip("there is no other file system here")
    with TemporaryDirectory(dir=shared) as other:
        target = Path(other) / "share" / "report"
        before = stand(target) if standing else {}
        if fails:
            with pytest.MonkeyPatch.context() as patch, pytest.raises(OSError, match="No space"):
                failing_at(patch, "syncing")
                put(root, target)
            assert below(Path(other)) == {f"share/report/{name}": content for name, content in before.items()}
        else:
            put(root, target)
            assert below(Path(other)) == {f"share/report/{name}": content for name, content in (before | NEW).items()}
    assert left(root) == []


def test_what_a_killed_command_left_is_not_taken_for_ours(root: Path) -> None:
    """A half-written folder of a process that had the same number is not put in place with the rest."""
    target = root / "reports" / "2026-03"
    stand(target)
    stale = root / ".git" / "cmplt" / f"2026-03.{os.getpid()}"
    stale.mkdir(parents=True)
    for name in ("stray.txt", "notes.txt"):
        (stale / name).write_bytes(b"stale\n")
    put(root, target)
    assert not (target / "stray.txt").exists()
    assert (target / "notes.txt").read_text(encoding="utf-8") == "备注\n"


# --- what is refused ----------------------------------------------------------------------------------------


def in_the_way_file(root: Path) -> Path:
    """A file stands where the folder should be."""
    (root / "notes.txt").write_bytes(b"mine\n")
    return root / "notes.txt"


def in_the_way_above(root: Path) -> Path:
    """A file stands where a folder above it should be."""
    return in_the_way_file(root) / "2026-03"


def in_the_way_inside(root: Path) -> Path:
    """A folder stands where one of our files should be."""
    (root / "report" / "report.html" / "deep").mkdir(parents=True)
    (root / "report" / "report.html" / "deep" / "mine.txt").write_bytes(b"mine\n")
    return root / "report"


def in_the_way_outside(root: Path) -> Path:
    """A folder stands where one of our files should be, in a folder that is not the office's."""
    (root.parent / "desk" / "charts" / "trend.svg" / "deep").mkdir(parents=True)
    (root.parent / "desk" / "report.html").write_bytes(b"mine\n")
    (root.parent / "desk" / "charts" / "trend.svg" / "mine.txt").write_bytes(b"mine\n")
    return root.parent / "desk"


@pytest.mark.parametrize("way", [in_the_way_file, in_the_way_above, in_the_way_inside, in_the_way_outside])
def test_what_stands_in_the_way_stays(root: Path, way: Callable[[Path], Path]) -> None:
    """A folder that cannot be put in place is refused with an error of the disk, and nothing has changed."""
    target = way(root)
    (root / ".git" / "cmplt").mkdir()
    before = below(root.parent)
    with pytest.raises(OSError, match=r".+"):
        put(root, target)
    assert below(root.parent) == before


# --- half-way -----------------------------------------------------------------------------------------------


class Unlucky(OSError):
    """What a full or failing disk says."""


def failing_at(patch: pytest.MonkeyPatch, place: str) -> None:
    """Let something fail on the way."""

    def fail(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt if place == "interrupted" else Unlucky(28, "No space left on device")

    rename, calls = Path.rename, []

    def renaming(path: Path, target: Path) -> Path:
        calls.append(path)
        if len(calls) == int(place[-1]):
            fail()
        return rename(path, target)

    if place.startswith("rename"):
        patch.setattr(Path, "rename", renaming)
    elif place == "copying":
        patch.setattr(swap.shutil, "copy2", fail)
    elif place == "writing":
        patch.setattr(swap, "_write", fail)
    elif place == "syncing":
        patch.setattr(swap, "_sync", fail)
    elif place == "interrupted":
        patch.setattr(swap.shutil, "copy2", fail)


@pytest.mark.parametrize(
    ("place", "standing"),
    [
        *((place, True) for place in ("writing", "copying", "interrupted", "rename 1", "rename 2", "syncing")),
        *((place, False) for place in ("writing", "rename 1", "syncing")),
    ],
)
def test_a_failure_half_way_puts_everything_back(root: Path, place: str, standing: bool) -> None:
    """Whatever fails at whatever step: the folder is as it was, and nothing is left over."""
    target = root / "reports" / "2026-03"
    if standing:
        stand(target)
    else:
        (root / "reports").mkdir()
    before = below(root)
    with pytest.MonkeyPatch.context() as patch, pytest.raises((OSError, KeyboardInterrupt)):
        failing_at(patch, place)
        put(root, target)
    (root / ".git" / "cmplt").rmdir()
    assert below(root) == before


def test_to_put_back_twice_is_to_put_back_once(root: Path) -> None:
    """What was put back is not taken for what was put in place."""
    target = root / "reports" / "2026-03"
    before = stand(target)
    done = change(root)
    done.put_folder(target, NEW)
    done.put_back()
    assert below(target) == before
    done.put_back()
    done.done()
    assert below(target) == before
    assert left(root) == []


def test_files_of_one_name_in_two_folders(root: Path) -> None:
    """Each gets back what was its own."""
    desk = root.parent / "desk"
    for name in ("a.txt", "charts/a.txt", "old/a.txt"):
        (desk / name).parent.mkdir(parents=True, exist_ok=True)
        (desk / name).write_text(name, encoding="utf-8")
    before = below(desk)
    done = change(root)
    done.put_folder(desk, dict.fromkeys(("a.txt", "charts/a.txt", "old/a.txt", "new/a.txt"), b"new\n"))
    assert set(below(desk).values()) == {b"new\n"}
    done.put_back()
    assert below(desk) == before
    assert left(root) == []


def test_what_cannot_be_put_back_is_not_thrown_away(root: Path) -> None:
    """Where the disk refuses even that, the error is raised, and the old folder is kept where it was moved to."""
    target = root / "reports" / "2026-03"
    before = stand(target)
    done = change(root)
    done.put_folder(target, NEW)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(OSError, match="Read-only"):

        def refuse(path: Path, target: Path) -> None:
            raise OSError(30, "Read-only file system", str(path))

        patch.setattr(Path, "replace", refuse)
        done.put_back()
    done.done()
    (name,) = left(root)
    assert below(root / ".git" / "cmplt" / name) == before


@pytest.mark.parametrize("failing", ["a hook", "rename 2", "syncing"])
def test_a_report_that_cannot_be_recorded(office: Office, failing: str) -> None:
    """A commit of a folder that fails leaves the folder, the index and git's status as they were."""
    target = office.root / "reports" / "2026-03"
    stand(target)
    office.git("add", "-A")
    office.git("commit", "-qm", "reports")
    ledger, before = Ledger(office.root), (office.state(), office.git("ls-files", "--stage"), below(office.root))
    with pytest.MonkeyPatch.context() as patch, pytest.raises(CmpltError):
        for name, value in office.identity().items():
            patch.setenv(name, value)
        if failing == "a hook":
            path = office.root / ".git" / "hooks" / "pre-commit"
            patch.setattr(recording, "_commit", lambda *_args: ledger.ask("commit", "--only", "--", "nonsense"))
            assert not path.exists()
        else:
            failing_at(patch, failing)
        files = {target / name: NEW[name] for name in NEW}
        recording.record(ledger, files, message("x", []), when=MONDAY, folder=target)
    assert office.state() == before[0]
    assert office.git("ls-files", "--stage") == before[1]
    assert {n: c for n, c in below(office.root).items() if n[:4] != ".git"} == {
        n: c for n, c in before[2].items() if n[:4] != ".git"
    }
    assert [each for each in left(office.root) if each.startswith("2026-03")] == []

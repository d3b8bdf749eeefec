"""What is kept of the complaints gives what reading them gives, whatever happens to it."""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmplt.domain import cases
from cmplt.domain.cases import Course, course
from cmplt.domain.complaint import Complaint
from cmplt.domain.policy import Policy
from cmplt.errors import Problem
from cmplt.repository.ledger import Ledger
from cmplt.storage import archive, policyfile, yamlfile
from cmplt.storage.archive import Archive
from cmplt.storage.book import Book
from cmplt.storage.tree import Revision, Tree, WorkTree
from tests.domain.build import complaints
from tests.office import POLICY, Office

SAMPLE = Path(__file__).parent.parent.parent / "sample-repo"
Found = tuple[list[Course], list[Problem]]
DECEMBER = datetime(2026, 12, 1, tzinfo=UTC)
# Before the first event of the sample, among them, after the last one.
INSTANTS = [
    datetime(2026, 4, 1, tzinfo=UTC) + timedelta(days=days, hours=3) for days in (0, 45, 90, 135, 180, 200, 365)
]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample office as it is before anything was kept of it."""
    root = tmp_path_factory.mktemp("sample") / "office"
    shutil.copytree(SAMPLE, root)
    (root / ".git").mkdir()
    return root


@pytest.fixture
def root(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sample office of the test's own, of which everything new is worth keeping."""
    monkeypatch.setattr(archive, "WORTHWHILE", 1)
    shutil.copytree(sample, tmp_path / "office")
    return tmp_path / "office"


def taken(root: Path, as_of: datetime = DECEMBER, *, tree: Tree | None = None, since: datetime | None = None) -> Found:
    """The courses as a command is given them."""
    policy, source = policyfile.read(root, tree or WorkTree())
    book = Book(root, tree or WorkTree())
    return Archive(root, source).courses(book, policy, as_of=as_of, watch=iter, since=since)


def plain(root: Path, as_of: datetime = DECEMBER, *, tree: Tree | None = None) -> Found:
    """The courses as they are without any archive."""
    policy, _ = policyfile.read(root, tree or WorkTree())
    found, problems = Book(root, tree or WorkTree()).all()
    courses = (course(each, policy, as_of=as_of) for each in found)
    return [each for each in courses if each is not None], problems


def private(root: Path) -> list[str]:
    """What the archive has left in the clone's own folder."""
    names = (path.name for path in (root / ".git" / "cmplt").glob("*"))
    return sorted(name for name in names if name != "valid-policy")


def kept(root: Path) -> Path:
    """The file in which the archive keeps what it knows."""
    (name,) = private(root)
    return root / ".git" / "cmplt" / name


def counted(patch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the complaints that are folded from now on."""
    ids: list[str] = []

    def folding(complaint: Complaint, policy: Policy, *, as_of: datetime) -> Course | None:
        ids.append(complaint.id)
        return cases.course(complaint, policy, as_of=as_of)

    patch.setattr(archive, "course", folding)
    return ids


def of_sample(root: Path) -> Path:
    """Some complaint of the sample."""
    return next(iter(sorted((root / "complaints").rglob("*.yaml"))))


# --- the same as reading ------------------------------------------------------------------------------------


def test_the_archive_gives_what_reading_gives(root: Path) -> None:
    """As of instants before, among and after the events, in any order of asking, the courses are those of the files."""
    assert plain(root)[1] == []
    assert (len(plain(root, INSTANTS[0])[0]), len(plain(root)[0])) == (
        0,
        len(list(root.glob("complaints/*/*/*.yaml"))),
    )
    for as_of in (*INSTANTS, *reversed(INSTANTS), *INSTANTS[::2]):
        assert taken(root, as_of) == plain(root, as_of)
    assert len(private(root)) == 1


def test_what_is_known_is_not_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time no complaint is folded; as of an earlier instant only those to which something happened since."""
    folded = counted(monkeypatch)
    taken(root)
    assert len(folded) == len(plain(root)[0])
    folded.clear()
    taken(root)
    assert folded == []
    taken(root, INSTANTS[3])
    policy, _ = policyfile.read(root, WorkTree())
    later = [each.id for each in Book(root).all()[0] if max(event.at for event in each.events) > INSTANTS[3]]
    assert folded == later
    assert 0 < len(later) < len(plain(root)[0])
    assert policy.zone.key == "Asia/Shanghai"


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(found=st.lists(complaints(), min_size=1, max_size=4), when=st.lists(st.integers(-1, 92), min_size=2, max_size=4))
def test_any_complaints_whatever(found: list[Complaint], when: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever happened to complaints, the archive gives what reading gives, as of any instants in any order."""
    monkeypatch.setattr(archive, "WORTHWHILE", 1)
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / ".git" / "cmplt").mkdir(parents=True)
        (root / "complaints").mkdir()
        (root / "cmplt.yaml").write_text(POLICY, encoding="utf-8")
        for number, each in enumerate(found):
            name = f"20260201-000{number}"
            text = json.dumps({**each.data, "id": name}, ensure_ascii=False)
            (root / "complaints" / f"{name}.yaml").write_text(text, encoding="utf-8")
        for days in when:
            as_of = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(days=days)
            assert taken(root, as_of) == plain(root, as_of)


def test_what_was_settled_before_may_come_without_its_story(root: Path) -> None:
    """Of what was settled before an instant the facts are the same; of everything else all is there."""
    whole = taken(root)[0]
    since = INSTANTS[4]
    short = taken(root, since=since)[0]
    assert [each.id for each in short] == [each.id for each in whole]
    brief = 0
    for one, other in zip(whole, short, strict=True):
        if one == other:
            continue
        brief += 1
        assert (other.happenings, other.obligations) == ((), ())
        assert one.settled is not None
        assert one.settled < since
        facts = [name for name in Course.__slots__ if name not in ("happenings", "obligations")]
        assert [getattr(one, name) for name in facts] == [getattr(other, name) for name in facts]
    assert brief > 0
    assert taken(root) == plain(root)


# --- what has changed ---------------------------------------------------------------------------------------


def appended(root: Path) -> None:
    """A complaint gets a further event."""
    path = of_sample(root)
    text = path.read_text(encoding="utf-8")
    path.write_text(
        f"{text}  - {{at: 2026-11-20T10:00:00+08:00, by: 王芳, action: adjust, points: -7, reason: r}}\n", "utf-8"
    )


def one_byte(root: Path) -> None:
    """A subject changes by a letter, the file's length and its times stay."""
    path = of_sample(root)
    about, content = path.stat(), path.read_text(encoding="utf-8")
    changed = re.sub(r"(?m)^(subject: .)(.)", r"\1乙", content)
    assert changed != content
    path.write_text(changed, encoding="utf-8")
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def renamed(root: Path) -> None:
    """A file goes by another id than the one in it."""
    path = of_sample(root)
    path.rename(path.with_name("20260501-zzzz.yaml"))


def copied(root: Path) -> None:
    """A complaint lies in two folders."""
    (root / "complaints" / "copy").mkdir()
    shutil.copy(of_sample(root), root / "complaints" / "copy")


def other_id(root: Path) -> None:
    """A file and the id in it are others, all else is the same."""
    path = of_sample(root)
    text = path.read_text(encoding="utf-8").replace(path.stem, "20260501-zzzz")
    path.unlink()
    path.with_name("20260501-zzzz.yaml").write_text(text, encoding="utf-8")


def deleted(root: Path) -> None:
    """A file is gone."""
    of_sample(root).unlink()


def broken(root: Path) -> None:
    """A file cannot be read any more."""
    path = of_sample(root)
    path.write_text(path.read_text(encoding="utf-8").replace("events:", "events: ["), encoding="utf-8")


def crlf(root: Path) -> None:
    """The lines of a file end otherwise."""
    path = of_sample(root)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))


def severities(root: Path) -> None:
    """The policy has another severity in front, and a deadline that others owe."""
    path = root / "cmplt.yaml"
    text = path.read_text(encoding="utf-8")
    changed = text.replace("owed_by: department", "owed_by: customer-service")
    assert changed != text
    path.write_text(changed, encoding="utf-8")


@pytest.mark.parametrize(
    "change",
    [appended, one_byte, renamed, other_id, deleted, broken, crlf, severities],
    ids=lambda c: c.__name__,
)
def test_what_has_changed_is_read_again(root: Path, change: Callable[[Path], None]) -> None:
    """After any change of a file or of the policy, the courses are those of the files as they stand now."""
    before = taken(root)
    assert len(private(root)) == 1
    change(root)
    for as_of in (DECEMBER, INSTANTS[3], DECEMBER):
        assert taken(root, as_of) == plain(root, as_of)
    if change is not crlf:
        assert taken(root) != before


def test_a_copied_file_counts_once(root: Path) -> None:
    """The file in its place counts, the other one is named, whichever comes first and whether they are known or not."""
    before = taken(root)
    copied(root)
    names = sorted(path.name for path in root.rglob("complaints/**/*.yaml"))
    (twice,) = {name for name in names if names.count(name) == 2}
    for _again in range(2):
        found, problems = taken(root)
        assert found == before[0]
        (problem,) = problems
        assert Path(problem.path).name == twice
        assert problem.rule == "id"


def test_the_policy_back_and_forth(root: Path) -> None:
    """What was kept by one policy is never given by another, also when the first one comes back."""
    first = (root / "cmplt.yaml").read_text(encoding="utf-8")
    one = taken(root)
    severities(root)
    other = taken(root)
    assert other == plain(root) != one
    (root / "cmplt.yaml").write_text(first, encoding="utf-8")
    assert taken(root) == one


def test_another_version_of_the_program_keeps_its_own(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was kept by other code of the domain is not taken for what this one would find."""
    taken(root)
    folded = counted(monkeypatch)
    monkeypatch.setattr(archive, "resources", lambda _name: root / "complaints" / "2026" / "05")
    assert taken(root) == plain(root)
    assert len(folded) == len(plain(root)[0])


# --- unreadable files ---------------------------------------------------------------------------------------


def test_unreadable_files_are_reported_every_time(root: Path) -> None:
    """A file that cannot be read is never passed over because it is not new."""
    paths = sorted((root / "complaints").rglob("*.yaml"))[:4]
    paths[0].write_bytes(b"\xff\n")
    paths[1].write_text("a: [", encoding="utf-8")
    paths[2].write_bytes(b"#" * (yamlfile.LARGEST + 1))
    paths[3].unlink()
    paths[3].mkdir()
    first = taken(root)
    assert len(first[1]) == 4
    assert first == plain(root)
    assert taken(root) == taken(root) == first


def test_a_name_that_is_not_utf8(root: Path) -> None:
    """A file whose name is of another encoding is named like any other that is no complaint's."""
    os.rename(of_sample(root), os.fsencode(root / "complaints") + "/投诉.yaml".encode("gb18030"))  # noqa: PTH104 (a Path takes no bytes)
    for _ in range(2):
        found, problems = taken(root)
        assert (found, problems) == plain(root)
        assert len(problems) == 1


# --- damage -------------------------------------------------------------------------------------------------


def each_line(change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    """Change every line of the archive but the first."""

    def changed(content: bytes) -> bytes:
        first, *lines = content.decode().split("\n")
        return "\n".join([first, *map(change, lines)]).encode()

    return changed


def shifted(content: bytes) -> bytes:
    """Every line has the content of the next one."""
    first, *lines = content.decode().split("\n")
    keys, values = zip(*(line.split(" ", 1) for line in lines), strict=True)
    return "\n".join([first, *(f"{k} {v}" for k, v in zip(keys, (*values[1:], values[0]), strict=True))]).encode()


DEEP = "[" * 100_000
DAMAGED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "no JSON": lambda content: b"nonsense",
    "not UTF-8": lambda content: content + b"\xff",
    "zeros": lambda content: b"\x00" * len(content),
    "half of it": lambda content: content[: len(content) // 2],
    "a byte less": lambda content: content[:-1],
    "a byte more": lambda content: content + b"]",
    "without its first line": lambda content: content.split(b"\n", 1)[1],
    "only its first line": lambda content: content.split(b"\n", 1)[0],
    "null": lambda content: b"null",
    "a list": lambda content: b"[]",
    "deep": lambda content: DEEP.encode(),
    "deep lines": each_line(lambda line: f"{line.split(' ', 1)[0]} {DEEP}"),
    "other lines": shifted,
    "no content": each_line(lambda line: line.split(" ", 1)[0]),
    "blank": each_line(lambda line: f"{line.split(' ', 1)[0]} "),
    "numbers": each_line(lambda line: f"{line.split(' ', 1)[0]} 5"),
    "texts": each_line(lambda line: f'{line.split(" ", 1)[0]} "x"\t"y"\t"z"'),
    "objects": each_line(lambda line: f"{line.split(' ', 1)[0]} {{}}\t{{}}\t{{}}"),
    "empty lists": each_line(lambda line: f"{line.split(' ', 1)[0]} null\t[]\t[[], []]"),
    "other words": each_line(lambda line: line.replace('"closed"', '"opened"').replace("false", "true")),
    "other digits": each_line(lambda line: re.sub(r"\d{10}", "1700000000", line)),
    "huge digits": each_line(lambda line: re.sub(r"\d{10}", "9" * 30, line)),
    "no instants": each_line(lambda line: re.sub(r"\b\d{10}\b", "null", line)),
    "NaN": each_line(lambda line: re.sub(r"\b\d{10}\b", "NaN", line)),
    "shorter rows": each_line(lambda line: re.sub(r", \d+\]", "]", line)),
    "longer rows": each_line(lambda line: line.replace("]", ", 1]")),
    "no happenings": each_line(lambda line: re.sub(r"\[\[\[.*", "[[], []]", line)),
    "for the unreadable": lambda content: content + b"\n " + content.split(b"\n")[1].split(b" ", 1)[1],
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_archive_changes_nothing(root: Path, damage: str) -> None:
    """Whatever stands in the archive, the courses are those of the files, and it is written anew."""
    of_sample(root).write_bytes(b"\xff\n")
    taken(root)
    path = kept(root)
    sound = path.read_bytes()
    path.write_bytes(DAMAGED[damage](sound))
    assert path.read_bytes() != sound
    for as_of in (DECEMBER, INSTANTS[3]):
        assert taken(root, as_of) == plain(root, as_of)
    assert taken(root) == plain(root)
    assert len(private(root)) == 1


@pytest.mark.parametrize("kind", ["a folder", "a link to nothing", "a link to itself"])
def test_something_else_in_the_place_of_the_archive(root: Path, kind: str) -> None:
    """Where no archive can be, the files are read every time, and nothing is left beside it."""
    taken(root)
    path = kept(root)
    path.unlink()
    if kind == "a folder":
        (path / "x").mkdir(parents=True)
    else:
        path.symlink_to(path.name if kind == "a link to itself" else "nowhere")
    for _ in range(2):
        assert taken(root) == plain(root)
    assert private(root) == [path.name]


# --- when it is written -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("more", "written"), [(-1, True), (0, True), (1, False)])
def test_it_is_written_once_it_is_worth_it(
    root: Path, monkeypatch: pytest.MonkeyPatch, more: int, written: bool
) -> None:
    """Only so many new courses are written down; fewer are read again, which takes no longer."""
    monkeypatch.setattr(archive, "WORTHWHILE", len(plain(root)[0]) + more)
    taken(root)
    assert bool(private(root)) is written


def test_a_few_new_ones_are_read_each_time(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside an archive that knows all others, the few that are new do not have it written again."""
    taken(root)
    monkeypatch.setattr(archive, "WORTHWHILE", 3)
    content = kept(root).read_bytes()
    appended(root)
    folded = counted(monkeypatch)
    for _ in range(2):
        assert taken(root) == plain(root)
    assert folded == [of_sample(root).stem] * 2
    assert kept(root).read_bytes() == content


def test_what_is_not_over_yet_is_not_written_down(root: Path) -> None:
    """A course as of an instant before its last event would be another tomorrow."""
    taken(root, INSTANTS[3])
    policy, _ = policyfile.read(root, WorkTree())
    done = [each for each in Book(root).all()[0] if max(event.at for event in each.events) <= INSTANTS[3]]
    assert 0 < len(done) < 60
    assert len(kept(root).read_text(encoding="utf-8").split("\n")) == 1 + len(done)
    assert taken(root, INSTANTS[5]) == plain(root, INSTANTS[5])
    assert policy.zone.key == "Asia/Shanghai"


def test_what_is_gone_is_dropped(root: Path) -> None:
    """When the archive is written again it holds what there is, not what there was."""
    taken(root)
    before = kept(root).read_text(encoding="utf-8").split("\n")
    gone = of_sample(root)
    gone.unlink()
    path = of_sample(root)
    path.write_text(path.read_text(encoding="utf-8") + "# 备注\n", encoding="utf-8")
    assert taken(root) == plain(root)
    after = kept(root).read_text(encoding="utf-8")
    assert len(after.split("\n")) == len(before) - 1
    assert gone.stem not in after


def test_it_says_how_far_it_has_come(root: Path) -> None:
    """Every file passes the one who watches, in the order of the ids, known or not."""
    policy, source = policyfile.read(root, WorkTree())
    seen: list[Path] = []

    def watching(paths: list[Path]) -> Iterable[Path]:
        for path in paths:
            seen.append(path)
            yield path

    for _ in range(2):
        found, _problems = Archive(root, source).courses(Book(root), policy, as_of=DECEMBER, watch=watching)
    assert [path.stem for path in seen] == [each.id for each in found] * 2
    assert [each.id for each in found] == sorted(each.id for each in found)


@pytest.mark.parametrize("call", ["mkdir", "write_bytes", "replace"])
def test_nothing_can_be_written(root: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """A clone that may only be read, or a full disk: all is read every time, and nothing is left half-written."""
    real, failed = getattr(Path, call), []

    def refuse(path: Path, *args: object, **options: object) -> object:
        if "cmplt" not in (path.name, path.parent.name) or path.name == "valid-policy":
            return real(path, *args, **options)
        if call == "write_bytes":
            path.touch()  # the disk was full before the end
        failed.append(path)
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr(Path, call, refuse)
    for _ in range(2):
        assert taken(root) == plain(root)
    assert private(root) == []
    assert len(failed) >= 2


def test_a_clones_own_folder_that_may_only_be_read(root: Path) -> None:
    """Where .git is no folder at all (a linked work tree has a file there), the files are read every time."""
    shutil.rmtree(root / ".git")
    (root / ".git").write_text("gitdir: elsewhere\n", encoding="utf-8")
    for _ in range(2):
        assert taken(root) == plain(root)
    assert (root / ".git").read_text(encoding="utf-8") == "gitdir: elsewhere\n"


# --- a commit -----------------------------------------------------------------------------------------------


def test_a_commit_is_never_written_down(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is read from a commit nothing is kept; what is known from the work tree serves for it, too."""
    monkeypatch.setattr(archive, "WORTHWHILE", 1)
    ids = [office.new() for _ in range(3)]
    then = Revision(Ledger(office.root), office.git("rev-parse", "HEAD").strip())
    now = office.now + timedelta(days=1)
    (office.root / ".git" / "cmplt" / "courses").unlink(missing_ok=True)
    before = private(office.root)
    assert taken(office.root, now, tree=then) == plain(office.root, now, tree=then)
    assert private(office.root) == before
    taken(office.root, now)
    assert len(private(office.root)) == len(before) + 1
    office.ok("assign", ids[0], "sales")
    office.git("rm", "-q", str(office.file(ids[1])))
    office.file(ids[2]).write_text("broken", encoding="utf-8")
    folded = counted(monkeypatch)
    found = taken(office.root, now, tree=then)
    assert folded == []
    assert found == plain(office.root, now, tree=then)
    assert sorted(each.id for each in found[0]) == sorted(ids)
    assert {each.status for each in found[0]} == {"registered"}

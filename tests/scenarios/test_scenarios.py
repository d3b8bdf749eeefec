"""The five offices at work: each walks its document from the first row to the last."""

from pathlib import Path

import pytest

from cmplt.storage import sample
from tests.scenarios import script
from tests.scenarios.__main__ import KEPT, OFFICES, contents


@pytest.mark.parametrize("name", script.names())
def test_the_office_walks_its_document(name: str, tmp_path: Path) -> None:
    """Every step leads to the states, due times and refusals that stand beside it; what it leaves is the sample."""
    play = script.Play.begin(script.scenario(name), tmp_path / "office")
    play.all()
    assert play.office.ok("check", "--strict").out == ""
    assert play.office.git("status", "--porcelain") == ""
    if (OFFICES / name).exists():  # the car dealer's sample is another, of half a year
        left = {path.relative_to(OFFICES / name).as_posix(): path for path in (OFFICES / name).rglob("*")}
        kept = {each: path.read_bytes() for each, path in left.items() if path.is_file()}
        assert contents(play) == kept, f"python -m tests.scenarios {name}"


@pytest.mark.parametrize("name", sample.names())
def test_the_demo_ends_where_the_office_did(name: str) -> None:
    """The last commit of each file has the file whole, also where several commands were typed at one instant."""
    root = OFFICES.parent if name == sample.FIRST else OFFICES / name
    last: dict[str, bytes] = {}
    for past in sample.history(name):
        last |= past.files
    papers = [path for folder in KEPT for path in (root / folder).rglob("*") if path.is_file()]
    assert papers
    assert {path.relative_to(root).as_posix(): path.read_bytes() for path in papers}.items() <= last.items()

"""Fixtures: a sealed environment, and real office repositories, built once and copied for each test."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings

from cmplt import i18n
from cmplt.repository import lock
from tests.audited import Audited, story
from tests.office import POLICY, Office

MONDAY = datetime.fromisoformat("2026-03-16T10:00:00+08:00")

settings.register_profile("default", deadline=None)
settings.load_profile("default")


@pytest.fixture(scope="session", autouse=True)
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees the machine's git configuration, home, identity, language or time zone settings of git."""
    home = tmp_path_factory.mktemp("home")
    saved = dict(os.environ)
    for name in list(os.environ):
        if name.startswith(("GIT_", "LC_", "LANG", "XDG_", "EMAIL")):
            del os.environ[name]
    os.environ.update(HOME=str(home), GIT_CONFIG_NOSYSTEM="1", LC_ALL="C.UTF-8")
    os.environ["GIT_CONFIG_GLOBAL"] = str(home / "gitconfig")
    (home / "gitconfig").write_text("[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n", encoding="utf-8")
    yield
    os.environ.clear()
    os.environ.update(saved)


@pytest.fixture(scope="session")
def pristine(sealed: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with the tests' policy, and no complaint."""
    root = tmp_path_factory.mktemp("pristine") / "office"
    office = Office(root, MONDAY)
    root.mkdir()
    office.ok("init", ".", "--profile", "auto-dealer")
    office.policy(POLICY)
    return root


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands wait a moment for another writer, not ten seconds."""
    monkeypatch.setattr(lock, "PATIENCE", 0.2)


@pytest.fixture(autouse=True)
def english() -> None:
    """A command that spoke Chinese leaves no Chinese to the next test."""
    i18n.use("en")


@pytest.fixture
def office(pristine: Path, tmp_path: Path) -> Office:
    """An office of the test's own, at 10:00 on Monday 16 March 2026 in Shanghai, with 王芳 at the keyboard."""
    root = tmp_path / "office"
    shutil.copytree(pristine, root)
    return Office(root, MONDAY)


@pytest.fixture(scope="session")
def told(sealed: None, tmp_path_factory: pytest.TempPathFactory) -> Audited:
    """An office with ten days of history, in which every commit has its date."""
    return story(tmp_path_factory.mktemp("story") / "office")


@pytest.fixture
def audited(told: Audited, tmp_path: Path) -> Audited:
    """That office, of the test's own, on the morning after its last event, with 李明 at the keyboard."""
    shutil.copytree(told.root, tmp_path / "office", symlinks=True)
    return Audited(tmp_path / "office", told.now, ids=dict(told.ids)).to("李明")

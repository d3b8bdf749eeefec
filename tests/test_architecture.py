"""The house: who may import whom, where each third-party library lives, and that every error says what to do."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cmplt
from cmplt import errors

ROOT = Path(cmplt.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))

# A layer may import those it names, and itself. `cmplt` alone is the package's own version.
LAYERS = {
    "cli": {"commands", "app", "output", "errors", "i18n", ""},
    "commands": {"app", "history", "storage", "repository", "output", "domain", "errors", "i18n"},
    "app": {"storage", "repository", "domain", "errors"},
    "history": {"storage", "repository", "domain", "errors", "i18n"},
    "storage": {"repository", "domain", "errors", "i18n", "patience", ""},
    "repository": {"domain", "errors"},
    "output": {"domain", "errors", "i18n", "patience"},
    "domain": {"errors"},
    "errors": {"i18n"},
    "i18n": set(),
    "patience": set(),
    "__main__": {"cli"},
    "__init__": set(),
}
HOMES = {
    "click": {"cli", "commands", "output.listing"},
    "yaml": {"storage.yamlfile"},
    "jsonschema": {"storage.validate"},
    "referencing": {"storage.validate"},
    "git": {"repository.ledger"},
    "subprocess": {"repository.objects", "repository.driver"},  # which run git and cmplt
    "filelock": {"repository.lock"},
    "matplotlib": {"output.drawing"},
    "tabulate": {"output.listing"},
    "holidays": {"storage.official"},
    "jinja2": {"output.rendering"},
    "markupsafe": {"output.rendering"},
}
CLOCKS = {"now", "utcnow", "today"}


def name_of(path: Path) -> str:
    """A file's module below cmplt: `storage.yamlfile`."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, also inside functions and for types alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name_of(path)}: a relative import"
            for alias in node.names:
                known = (ROOT.parent / Path(*(node.module or "").split("."), alias.name)).with_suffix(".py")
                folder = known.with_suffix("")
                yield f"{node.module}.{alias.name}" if known.exists() or folder.is_dir() else str(node.module)


def layer(module: str) -> str:
    """`cmplt.storage.book` is of the layer `storage`; `cmplt` itself of none."""
    return [*module.split("."), ""][1]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_layer_imports_only_those_below_it(path: Path) -> None:
    """cli → commands → app → storage → repository → domain → errors; output knows only the domain."""
    own = name_of(path).partition(".")[0]
    upwards = [
        module
        for module in imports(path)
        if module.partition(".")[0] == "cmplt" and layer(module) not in LAYERS[own] | {own}
    ]
    assert not upwards, f"cmplt/{path.relative_to(ROOT)} imports {', '.join(upwards)}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_each_library_has_its_home(path: Path) -> None:
    """Every third-party import is in the one place that knows it; the domain has none at all. So is what runs git."""
    own = name_of(path)
    for module in imports(path):
        library = module.partition(".")[0]
        if library in HOMES or (library != "cmplt" and library not in sys.stdlib_module_names):
            homes = HOMES.get(library, set())
            assert own in homes or own.partition(".")[0] in homes, f"{own} imports {library}"


@pytest.mark.parametrize("own", sorted(LAYERS))
def test_no_layer_may_more_than_it_does(own: str) -> None:
    """What a layer imports no more is taken off its list; the commands are loaded by their names."""
    used = {
        layer(module)
        for path in FILES
        if name_of(path).partition(".")[0] == own
        for module in imports(path)
        if module.partition(".")[0] == "cmplt"
    }
    assert LAYERS[own] - {"commands"} <= used


def test_the_homes_are_lived_in() -> None:
    """A library that nobody imports any more has no home either."""
    used = {module.partition(".")[0] for path in FILES for module in imports(path)}
    assert set(HOMES) <= used


@pytest.mark.parametrize("path", [path for path in FILES if name_of(path) != "app"], ids=name_of)
def test_one_module_reads_the_clock(path: Path) -> None:
    """datetime.now and its like are called in app.py alone; time.time nowhere else either."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            read = (node.value.id in ("datetime", "date") and node.attr in CLOCKS) or (
                node.value.id == "time" and node.attr in ("time", "time_ns", "localtime", "gmtime")
            )
            assert not read, f"{name_of(path)}:{node.lineno} reads the clock"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_module_opens_with_a_sentence(path: Path) -> None:
    """What it is for."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring, f"{name_of(path)} has no docstring"
    assert docstring.splitlines()[0].endswith((".", ":"))


def error_classes() -> list[type[errors.CmpltError]]:
    """Every error that is raised: those without a class of their own below them."""
    classes = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.CmpltError)]
    return [each for each in classes if not each.__subclasses__()]


@pytest.mark.parametrize("error", error_classes())
def test_every_error_says_what_is_wrong_and_what_to_do(error: type[errors.CmpltError]) -> None:
    """A sentence, a hint, and an exit code of design §7."""
    assert error.sentence.strip()
    assert error.hint.strip()
    codes = (errors.FOUND, errors.USAGE, errors.REFUSED, errors.REPOSITORY, errors.BUSY, errors.STOPPED)
    assert error.exit_code in codes


@pytest.mark.parametrize("error", error_classes())
def test_every_error_is_raised(error: type[errors.CmpltError]) -> None:
    """A sentence that nobody says is not kept."""
    used = [path for path in FILES if path.name != "errors.py" and error.__name__ in path.read_text(encoding="utf-8")]
    assert used, f"nobody raises {error.__name__}"

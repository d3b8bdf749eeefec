"""The forms that can be filled: the shipped ones and the office's own, and the templates that put them on paper."""

from collections.abc import Mapping
from difflib import get_close_matches
from importlib.resources import files as resources
from pathlib import Path

from cmplt.domain.form import Form, Vocabulary, unknown
from cmplt.errors import BadForm, Problem, UnknownForm
from cmplt.i18n import N_
from cmplt.storage import book, yamlfile
from cmplt.storage.tree import Tree, from_yaml, text

FORMS = "templates/forms"
REQUIRED = "schema:required"
TEMPLATES = ("form.html", "form.md", "form.css")

# Where each stands, and its text, or why it cannot be read.
Texts = Mapping[str, tuple[str, str | Problem]]


def templates(tree: Tree, root: Path) -> Texts:
    """What puts a form on paper: an office's own stands before the shipped one."""
    shipped = resources("cmplt.templates").joinpath("forms")
    found: dict[str, tuple[str, str | Problem]] = {
        name: (name, shipped.joinpath(name).read_text(encoding="utf-8")) for name in TEMPLATES
    }
    return found | {path.name: _own(tree, root, path) for path in _paths(tree, root, (".html", ".md", ".css"))}


def texts(tree: Tree, root: Path) -> Texts:
    """The forms by their names: an office's own stands before the shipped one."""
    shipped = resources("cmplt.templates").joinpath("forms").iterdir()
    found: dict[str, tuple[str, str | Problem]] = {
        each.name.removesuffix(".yaml"): (each.name, each.read_text(encoding="utf-8"))
        for each in sorted(shipped, key=lambda each: each.name)
        if each.name.endswith(".yaml")
    }
    return found | {path.stem: _own(tree, root, path) for path in _paths(tree, root, (".yaml",))}


def form(name: str, found: Texts, vocabularies: Mapping[str, Vocabulary]) -> Form:
    """A form by its name; raises UnknownForm, or BadForm with file, line and the first thing that is wrong with it."""
    if name not in found:
        raise unknown_form(name, found)
    read = parsed(name, found, vocabularies)
    if isinstance(read, Problem):
        raise BadForm(problem=read)
    return read


def unknown_form(name: str, found: Texts) -> UnknownForm:
    """There is no such form, but others."""
    return UnknownForm(name=name, near=get_close_matches(name, found, n=1), names=list(found))


def parsed(name: str, found: Texts, vocabularies: Mapping[str, Vocabulary]) -> Form | Problem:
    """What the text of a form says, or the first thing that is wrong with it."""
    from cmplt.storage import validate

    shown, content = found[name]
    if isinstance(content, Problem):
        return content
    try:
        data = yamlfile.load(content)
    except yamlfile.YamlProblem as problem:
        return from_yaml(shown, problem)
    # what is written wrongly says more than what is therefore missing
    for path, sentence, fields, rule in sorted(validate.form_findings(data), key=lambda each: each[3] == REQUIRED):
        return book.at(shown, content, path, sentence, rule, fields)
    for each in unknown(data, vocabularies):
        sentence, fields = N_("there is no place '{name}' in the record"), {"name": each.name}
        if each.near:
            sentence, fields = (
                N_("there is no place '{name}' in the record; there is '{near}'"),
                {
                    "name": each.name,
                    "near": each.near[0],
                },
            )
        return book.at(shown, content, each.path, sentence, "form:place", fields)
    return Form.read(name, data)


def faulty(tree: Tree, root: Path, vocabularies: Mapping[str, Vocabulary]) -> list[Problem]:
    """The first thing that is wrong with each of the office's own forms."""
    found = texts(tree, root)
    own = (path.stem for path in _paths(tree, root, (".yaml",)))
    return [each for each in (parsed(name, found, vocabularies) for name in own) if isinstance(each, Problem)]


def _paths(tree: Tree, root: Path, suffixes: tuple[str, ...]) -> list[Path]:
    folder = root / FORMS
    # the folder itself, or one that it lies in, stands for what cannot be looked into
    found = tree.files(folder, suffixes)
    return sorted(path for path in found if path.parent == folder or path in (folder, *folder.parents))


def _own(tree: Tree, root: Path, path: Path) -> tuple[str, str | Problem]:
    shown = f"{path.relative_to(root)}"
    return shown, text(tree, path, shown)

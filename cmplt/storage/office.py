"""What a new office repository is made of: a profile as its policy, the schemas, git's attributes, a hook."""

import sys
from difflib import get_close_matches
from importlib.resources import files as resources
from pathlib import Path

from cmplt.domain.draft import Identity
from cmplt.errors import Exists, InvalidProfile, UnknownProfile
from cmplt.i18n import _
from cmplt.repository import links
from cmplt.repository.ledger import Ledger
from cmplt.storage import policyfile, policytext, yamlfile
from cmplt.storage.tree import from_yaml

SCHEMAS = ("complaint", "measure", "policy")
ATTRIBUTES = """\
complaints/**/*.yaml merge=cmplt text eol=lf
measures/**/*.yaml merge=cmplt text eol=lf
cmplt.yaml text eol=lf
attachments/** -text
reports/** -text
"""
HOOK = """\
#!/bin/sh
# Checks what is about to be committed; `cmplt check --help` says what that means.
exec "{python}" -P -m cmplt check --staged
"""


def profiles() -> list[str]:
    """The names of the profiles that come with the program."""
    folder = resources("cmplt.templates").joinpath("profiles")
    return sorted(each.name.removesuffix(".yaml") for each in folder.iterdir() if each.name.endswith(".yaml"))


def profile(name: str) -> str:
    """The text of a profile that comes with the program; raises UnknownProfile."""
    names = profiles()
    if name not in names:
        raise UnknownProfile(name=name, near=get_close_matches(name, names), names=names)
    return resources("cmplt.templates").joinpath("profiles", f"{name}.yaml").read_text(encoding="utf-8")


def chosen(name: str, start: Path) -> str:
    """The text of a profile that comes with the program, or of a file seen from `start`.

    Raises UnknownProfile where there is neither, InvalidProfile for a text that is no valid policy.
    """
    own = name not in profiles() and (start / name).is_file()
    try:
        text = yamlfile.decode((start / name).read_bytes()) if own else profile(name)
        text = text.removeprefix(yamlfile.BOM).replace("\r\n", "\n")
        problems = policyfile.inspect(text, yamlfile.load(text), name)
    except yamlfile.YamlProblem as problem:
        problems = [from_yaml(name, problem)]
    if problems:
        raise InvalidProfile(problem=problems[0])
    return text


def with_member(text: str, identity: Identity) -> tuple[str, list[str]]:
    """A policy's text with somebody under every role that has nobody, and these roles."""
    given = []
    for role, entry in yamlfile.load(text).get("roles", {}).items():
        listed = not isinstance(entry, dict)
        if not (entry if listed else entry.get("members") or entry.get("retired")):
            text = policytext.changed(text, ("roles", role, *(() if listed else ("members",))), [identity.name])
            given.append(role)
    return text, given


def contents(policy: str) -> dict[str, bytes]:
    """What a new office is made of: its files by their names."""
    shipped = resources("cmplt.schemas")
    schemas = {f"schemas/{name}.schema.json": shipped.joinpath(f"{name}.schema.json").read_bytes() for name in SCHEMAS}
    return {policyfile.NAME: policy.encode(), **schemas, ".gitattributes": ATTRIBUTES.encode()}


def files(root: Path, policy: str) -> dict[Path, bytes]:
    """The files of a new office, with their content; raises Exists rather than replace a file that is there."""
    found = {root / name: content for name, content in contents(policy).items()}
    for path in found:
        links.refuse(root, path)
    attributes = root / ".gitattributes"
    before = attributes.read_bytes() if attributes.exists() else b""
    for path, content in found.items():
        if path != attributes and path.exists() and path.read_bytes() != content:
            raise Exists(path=path, remedy=_("Move it away; nothing was changed."))
    if before.endswith(found[attributes]):  # a killed init has added it
        return {**found, attributes: before}
    found[attributes] = before + (b"" if before.endswith(b"\n") or not before else b"\n") + found[attributes]
    return found


def founded(ledger: Ledger) -> bool:
    """Whether the office's policy is in its last commit: where it is not, `init` was killed or never ran."""
    return (ledger.root / ".git").exists() and ledger.committed(ledger.root / policyfile.NAME) is not None


def install_hook(ledger: Ledger) -> str:
    """Install the check as git's pre-commit hook, unless there is one; returns what was done."""
    path = ledger.hook("pre-commit")
    if path.exists() or path.is_symlink():
        return _("{path} exists and was left as it is; add the line: {line}").format(
            path=path, line="cmplt check --staged"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HOOK.format(python=sys.executable), encoding="utf-8")
    path.chmod(0o755)
    return _("Every commit is checked now ({path}).").format(path=path)

"""What a new office repository is made of: a profile as its policy, the schemas, git's attributes, a hook."""

import re
import sys
from difflib import get_close_matches
from importlib.resources import files as resources
from pathlib import Path

from cmplt.domain.draft import Identity
from cmplt.errors import Exists, UnknownProfile
from cmplt.i18n import _
from cmplt.storage import policyfile, yamlfile
from cmplt.storage.ledger import Ledger

SCHEMAS = ("complaint", "policy")
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
exec "{python}" -m cmplt check --staged
"""
_ROLE = re.compile(r"^(  [^\s#][^:]*: )\[\]", re.MULTILINE)


def profiles() -> list[str]:
    """The names of the profiles that come with the program."""
    folder = resources("cmplt.templates").joinpath("profiles")
    return sorted(each.name.removesuffix(".yaml") for each in folder.iterdir() if each.name.endswith(".yaml"))


def profile(name: str) -> str:
    """A profile's text; raises UnknownProfile."""
    names = profiles()
    if name not in names:
        raise UnknownProfile(name=name, near=get_close_matches(name, names), names=names)
    return resources("cmplt.templates").joinpath("profiles", f"{name}.yaml").read_text(encoding="utf-8")


def with_member(text: str, identity: Identity) -> tuple[str, list[str]]:
    """A policy's text with somebody under every role that has nobody, and these roles."""
    start = re.search(r"^roles:.*\n", text, re.MULTILINE)
    if not start:
        return text, []
    end = re.compile(r"^\S", re.MULTILINE).search(text, start.end())
    block = text[start.end() : end.start() if end else len(text)]
    quoted = yamlfile.dump([identity.name]).strip()
    filled = _ROLE.sub(lambda found: found[1] + quoted, block)
    roles = [key for key, members in yamlfile.load(text)["roles"].items() if members == []]
    return text[: start.end()] + filled + text[start.end() + len(block) :], roles


def files(root: Path, policy: str) -> dict[Path, bytes]:
    """The files of a new office, with their content; raises Exists rather than replace a file that is there."""
    found = {root / policyfile.NAME: policy.encode()}
    for name in SCHEMAS:
        schema = f"{name}.schema.json"
        found[root / "schemas" / schema] = resources("cmplt.schemas").joinpath(schema).read_bytes()
    for path, content in found.items():
        if path.exists() and path.read_bytes() != content:
            raise Exists(path=path, remedy=_("Move it away; nothing was changed."))
    attributes = root / ".gitattributes"
    before = attributes.read_text(encoding="utf-8") if attributes.exists() else ""
    found[attributes] = (before + ("" if before.endswith("\n") or not before else "\n") + ATTRIBUTES).encode()
    return found


def install_hook(ledger: Ledger) -> str:
    """Install the check as git's pre-commit hook, unless there is one; returns what was done."""
    path = ledger.hook("pre-commit")
    if path.exists():
        return _("{path} exists and was left as it is; add the line: {line}").format(
            path=path, line="cmplt check --staged"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HOOK.format(python=sys.executable), encoding="utf-8")
    path.chmod(0o755)
    return _("Every commit is checked now ({path}).").format(path=path)

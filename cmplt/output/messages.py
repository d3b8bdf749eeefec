"""Errors and problems as sentences, in the language of the person who reads them."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cmplt.errors import CmpltError, Problem
from cmplt.i18n import _

# What a terminal obeys instead of showing it: escapes, and marks that turn the direction of writing; then what nobody
# sees. Joiners (U+200C, U+200D) stay: some languages and faces are written with them.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
    "\u00ad\u180e\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb]"
)


def harmless(text: str) -> str:
    """Text with terminal escapes and marks that turn the direction of writing made visible."""
    if text.isprintable():
        return text
    return UNSEEN.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def said(error: CmpltError) -> tuple[str, str]:
    """What is wrong, and what to do."""
    cause = error.fields.get("error")
    if isinstance(cause, CmpltError):
        told, hint = said(cause)
        return f"{harmless(error.fields['where'])}: {told}", hint
    fields = {name: _word(value) for name, value in error.fields.items()}
    near: Sequence[str] = error.fields.get("near") or ()
    fields["did_you_mean"] = _(" Did you mean {names}?").format(names=_either(near)) if near else ""
    waits = error.fields.get("waits")
    fields["because"] = _(" while no proposal waits") if waits else ""
    return harmless(_(error.sentence).format(**fields)), harmless(_(error.hint).format(**fields))


def problem(found: Problem) -> str:
    """`path:line:column: level: sentence [rule]` (design §7)."""
    told = f"{found.path}:{found.line}:{found.column}: {_(found.level)}: {sentence(found)} [{found.rule}]"
    return " ".join(harmless(told).splitlines())


def finding(commit: str, found: Problem) -> str:
    """A commit, and what is wrong with it."""
    return f"{commit[:10]} {problem(found)}"


def sentence(found: Problem) -> str:
    fields = {name: _word(value) for name, value in found.fields.items()}
    return harmless(_(found.sentence).format(**fields)).rstrip(".。")  # it goes on with the rule


def _either(names: Sequence[str]) -> str:
    return _(" or ").join(f"'{name}'" for name in names)


def _word(value: Any) -> Any:
    match value:
        case int():
            return value
        case Problem():
            return f"{value.path}:{value.line}:{value.column}: {sentence(value)}"
        case CmpltError():
            return said(value)[0].rstrip(".。")
        case (str() as text, dict() as fields):
            return _(text).format(**{name: _word(each) for name, each in fields.items()})
        case list() | tuple() | set():
            return ", ".join(str(_word(each)) for each in value) or _("none")
        case Path():
            return str(value)
        case None:
            return _("none")
        case _:
            return str(value)

"""Guides for a person to read: a page as Markdown, with what the office itself lays down, and the list of them."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cmplt.domain.guides import Guide
from cmplt.domain.policy import FIELDS, Policy
from cmplt.domain.rules import spoken
from cmplt.i18n import N_, _
from cmplt.output import listing, words
from cmplt.output.messages import harmless

COLUMNS = {"name": N_("name"), "title": N_("title")}
# A line of a page that stands for what the policy says, with the blank line after it.
_PLACE = re.compile(r"^\{(\w+)\}[ \t]*(?:\n\n?|\Z)", re.MULTILINE)


def contents(guides: Iterable[Guide], language: str) -> str:
    """The names of pages, each with its title."""
    rows = [{"name": guide.name, "title": spoken(guide.title, language)} for guide in guides]
    return listing.as_table(rows, COLUMNS)


def page(guide: Guide, policy: Policy | None, language: str) -> str:
    """A guide as Markdown; of a policy what its places name, and nothing where there is none."""

    def shown(place: re.Match[str]) -> str:
        if place[1] not in _PLACES:
            return place[0]
        heading, lines = _PLACES[place[1]]
        found = [f"- {' '.join(line.split())}\n" for line in lines(policy, language)] if policy else []
        return f"**{_(heading)}**\n\n{''.join(found)}\n" if found else ""

    text = _PLACE.sub(shown, spoken(guide.text, language).strip() + "\n").strip()
    return harmless(f"# {' '.join(spoken(guide.title, language).split())}\n\n{text}")


def _phrases(policy: Policy, language: str) -> Iterator[str]:
    yield from policy.phrases


def _channels(policy: Policy, language: str) -> Iterator[str]:
    """The ways to the office itself; one that makes a complaint graver is the way past it."""
    for key in policy.offered("channels"):
        if not policy.severity_of_channel(key):
            yield policy.label("channels", key, language)


def _remedies(policy: Policy, language: str) -> Iterator[str]:
    for key in policy.offered("remedies"):
        label = policy.label("remedies", key, language)
        yield key if label == key else f"`{key}`: {label}"


def _approvals(policy: Policy, language: str) -> Iterator[str]:
    """Whose approval is needed for what, in the words of the policy."""
    for approval in policy.approvals:
        conditions = [_condition(policy, name, wanted, language) for name, wanted in approval.when.entries.items()]
        if approval.compensation_over is not None:
            conditions.append(_("compensation over {amount}").format(amount=approval.compensation_over))
        told = words.listed(conditions) or _("always")
        yield f"{policy.label('roles', approval.role, language)}: {told}"


def _condition(policy: Policy, name: str, wanted: Any, language: str) -> str:
    """Labels say by themselves what they are of; the rest is told with its key."""
    values = wanted if isinstance(wanted, list) else [wanted]
    if name in FIELDS:
        return " / ".join(policy.label(FIELDS[name], each, language) for each in values)
    return f"{name} {' / '.join(map(str, values))}"


def _recourse(policy: Policy, language: str) -> Iterator[str]:
    found = (policy.unreconciled or {}).get("recourse")
    if found:
        yield spoken(found, language)


_PLACES: Mapping[str, tuple[str, Callable[[Policy, str], Iterator[str]]]] = {
    "phrases": (N_("On this office's list"), _phrases),
    "channels": (N_("How to reach us"), _channels),
    "remedies": (N_("Remedies of this office"), _remedies),
    "approvals": (N_("Whose approval is needed"), _approvals),
    "recourse": (N_("Where to turn if no agreement is reached"), _recourse),
}

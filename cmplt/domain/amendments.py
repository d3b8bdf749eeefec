"""Corrected facts: the values that an amendment writes, old and new, and what these imply (design §3, §6)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cmplt.domain import instants
from cmplt.domain.complaint import AMENDABLE, Event, Facts, Misread
from cmplt.domain.draft import Draft, Entry
from cmplt.domain.policy import FIELDS, Policy
from cmplt.domain.process import History
from cmplt.errors import BadAmendment, InTheFuture, Stands


def changes(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> dict[str, Any]:
    """Fill in `from`: the values as they stand now; refuse what is no fact, or changes nothing."""
    facts = history.now.facts
    changes = {}
    for name, change in event.get("changes", {}).items():
        block, _, key = name.partition(".")
        dotted = block in ("customer", "details")
        if block not in AMENDABLE or dotted != bool(key):
            raise BadAmendment(id=history.complaint.id, fields=name)
        old = facts.value(name)
        new = change["to"]
        if isinstance(old, datetime):
            old = instants.show(old, policy.zone)
        if old == new:
            raise Stands(id=history.complaint.id, field=name)
        try:
            facts = facts.with_value(name, new)
        except Misread:
            raise BadAmendment(id=history.complaint.id, fields=name) from None
        if facts.received > event.at:
            raise InTheFuture(at=instants.show(facts.received, policy.zone), now=instants.show(event.at, policy.zone))
        for value in new if isinstance(new, list) else [new] if new is not None else []:
            if name in FIELDS:
                policy.known(FIELDS[name], value)
        changes[name] = {"from": old, "to": new}
    found = [key for key in policy.criteria_that_hold(facts) if key not in facts.criteria]
    if found:
        changes["criteria"] = {"from": history.now.facts.value("criteria"), "to": [*facts.criteria, *found]}
        facts = facts.with_value("criteria", changes["criteria"]["to"])
    graver = _implied(facts, changes, policy)
    if graver != facts.severity and "severity" not in changes:
        changes["severity"] = {"from": facts.severity, "to": graver}
    return {**event.data, "changes": changes}


def _implied(facts: Facts, changes: Mapping[str, Any], policy: Policy) -> str:
    """The severity with what an amended channel or amended criteria imply (design §6)."""
    implied = [policy.severity_of_channel(facts.channel)] if "channel" in changes else []
    if "criteria" in changes:
        implied += [policy.severity_of_criterion(each) for each in facts.criteria]
    return policy.gravest(facts.severity, *implied)

"""Customers who come back: the complaints of one customer, and whether they are many in a short time (design §6)."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from cmplt.domain.calendar import Calendar, Length
from cmplt.domain.complaint import Facts
from cmplt.domain.policy import Policy
from cmplt.domain.process import Standing
from cmplt.domain.rules import Repeat


def known_by(facts: Facts, policy: Policy) -> str | None:
    """What a customer is known again by: the detail that `customer.key` names, else the contact.

    None in an office that does not ask for it (neither `key` nor `repeat`), or where it was not given.
    """
    key = policy.data.get("customer", {}).get("key")
    if key is None and policy.repeat is None:
        return None
    found = facts.customer.get("contact") if key is None else facts.details.get(key)
    return plain(str(found)) or None if isinstance(found, str | int) else None


def plain(text: str) -> str:
    """Text as it is known again: whatever its case, its wide or narrow forms, and its blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def same_customer(facts: Facts, others: Iterable[Standing], policy: Policy) -> list[Standing]:
    """Where the customer's earlier complaints stand, the latest first."""
    known = known_by(facts, policy)
    earlier = (each for each in others if each.facts.id != facts.id and each.facts.received <= facts.received)
    found = [each for each in earlier if known is not None and known_by(each.facts, policy) == known]
    return sorted(found, key=lambda each: (each.facts.received, each.facts.id), reverse=True)


def in_time(facts: Facts, earlier: Iterable[Standing], repeat: Repeat, calendar: Calendar) -> int:
    """How many complaints of the customer fall into the time that `customer.repeat` sets, this one included."""
    return 1 + sum(_within(each.facts.received, facts.received, repeat.within, calendar) for each in earlier)


def _within(start: datetime, end: datetime, length: Length, calendar: Calendar) -> bool:
    """Whether no more than a length lies between; days are dates here, on which nothing is owed: none of them rolls."""
    if length.unit in ("day", "week") and not length.working:
        return calendar.local_date(end) - calendar.local_date(start) <= timedelta(days=length.dates)
    return end <= calendar.reckon(start, length).due

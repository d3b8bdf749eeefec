"""What of a complaint is personal data, and where it stands in a file's data (design §3, §7)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from cmplt.domain.complaint import Complaint
from cmplt.domain.policy import Policy
from cmplt.errors import NotBlankable, NothingToRedact

Path = tuple[str | int, ...]

REDACTED = "[redacted]"
CUSTOMER = "customer"
DETAILS = "details"
# What `redact` may blank, beside what is personal in itself: the customer may be named in any of it.
BLANKABLE = (CUSTOMER, DETAILS, "subject", "description", "place", "external_id")


def personal(policy: Policy) -> tuple[str, ...]:
    """The facts that are personal data by the names that `amend` uses: `customer` and all in it, `details.KEY`."""
    key = policy.customer_key
    return (CUSTOMER, f"{DETAILS}.{key}") if key else (CUSTOMER,)


def covered(name: str, fields: Collection[str]) -> bool:
    """Whether a fact, `customer.contact`, is one of these fields or stands in one of them, `customer`."""
    return name in fields or name.partition(".")[0] in fields


def blankable(name: str) -> bool:
    """Whether a field is one that may be redacted."""
    block, dot, key = name.partition(".")
    return block in BLANKABLE and (not dot or (bool(key) and block in (CUSTOMER, DETAILS)))


def to_redact(complaint: Complaint, named: Sequence[str], policy: Policy) -> list[str]:
    """The fields, one by one, that a redaction of those named blanks; of what is personal where none is named.

    Raises NotBlankable for what is no such field, NothingToRedact where one holds nothing (or did already).
    """
    for name in named:
        if not blankable(name):
            raise NotBlankable(field=name, names=BLANKABLE)
    fields = tuple(named) or personal(policy)
    found = list(dict.fromkeys(standing_in(complaint.data, fields).values()))
    blocks = {name.partition(".")[0] for name in found}
    empty = [field for field in named if field not in found and field not in blocks]
    if empty or not found:
        raise NothingToRedact(id=complaint.id, fields=empty or fields)
    return found


def standing_in(data: Mapping[str, Any], fields: Collection[str]) -> dict[Path, str]:
    """Where a complaint's data holds these fields and is not yet blank: the path of each value, and its field.

    The facts, and both sides of every amendment of them.
    """
    wanted = frozenset(fields)
    return {path: name for path, name in held(data) if covered(name, wanted)}


def held(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """All that a complaint's data holds and that is not yet blank: the path of each value, and its field."""
    for block in BLANKABLE:
        yield from _under((block,), block, data.get(block))
    for index, event in enumerate(data["events"]):
        for name, change in (event.get("changes") or {}).items():
            for side in ("from", "to"):
                yield from _under(("events", index, "changes", name, side), name, change.get(side))


def blanked(data: Any, paths: Collection[Path], at: Path = ()) -> Any:
    """The data with the values at these paths redacted."""
    if at in paths:
        return REDACTED
    if isinstance(data, Mapping):
        return {key: blanked(value, paths, (*at, key)) for key, value in data.items()}
    if isinstance(data, list):
        return [blanked(value, paths, (*at, index)) for index, value in enumerate(data)]
    return data


def _under(path: Path, name: str, value: Any) -> Iterator[tuple[Path, str]]:
    if name in (CUSTOMER, DETAILS) and isinstance(value, Mapping):
        for key, each in value.items():
            yield from _under((*path, key), f"{name}.{key}", each)
    else:
        yield from ((leaf, name) for leaf in _leaves(path, value))


def _leaves(path: Path, value: Any) -> Iterator[Path]:
    """The values that say something, of mappings and lists those inside."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _leaves((*path, key), each)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _leaves((*path, index), each)
    elif value not in (None, "", REDACTED):
        yield path

"""What is wrong with a policy that its schema cannot tell: its own names, lengths, days and working hours."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from cmplt.domain import calendar
from cmplt.domain.policy import FIELDS, Policy
from cmplt.domain.process import PROCESS
from cmplt.domain.signers import Signer
from cmplt.errors import CmpltError
from cmplt.i18n import N_
from cmplt.storage.official import official

Path = tuple[str | int, ...]
# Where in the data, the sentence with its fields, and the rule.
Finding = tuple[Path, str, dict[str, Any], str]
# Where a name is used, the table that should hold it, the name, and what may stand there besides.
Use = tuple[Path, str, str, tuple[str, ...]]

# What `requires` can ask of an action besides the fields that its event carries (design §6).
_BESIDES: Mapping[str, tuple[str, ...]] = {
    "register": ("received_by", "kind", "description", "criteria", "details", "occurred", "place", "external_id",
                 "related"),
    "assign": ("due",),
    "task": ("due",),
}  # fmt: skip
_ENDS = frozenset(("resolve", "followup", "close"))


def findings(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Everything that keeps a policy from being used."""
    policy = Policy(data)
    for path, table, key, special in _uses(data):
        if key not in policy.tables[table] and key not in special:
            yield path, N_("'{name}' is not defined under {table}"), {"name": key, "table": table}, "policy:names"
    yield from _counted(data)
    yield from _customer(data)
    yield from _required(data)
    for path, attempt in _arithmetic(policy):
        try:
            attempt()
        except CmpltError as error:
            yield path, N_("{problem}"), {"problem": (error.sentence, error.fields)}, "policy:arithmetic"
        except ValueError as error:
            yield path, N_("{problem}"), {"problem": str(error)}, "policy:arithmetic"


def doubts(data: Mapping[str, Any]) -> Iterator[Finding]:
    """What a valid policy says that may not be meant: `check` warns of it."""
    ways = Policy(data).tables["ways"]
    for severity, rule in data.get("followup", {}).get("by_severity", {}).items():
        for index, name in enumerate(_many(rule.get("via", ()))):
            if name not in ways:
                place: Path = ("followup", "by_severity", severity, "via", index)
                yield place, N_("'{name}' is neither a channel nor under followup.via"), {"name": name}, "policy:names"
    for path, name in _needed(data):
        said = _doubt_of_need(data, name)
        if said:
            yield path, said, {"name": name}, "policy:names"
    yield from _retired(data)
    yield from _signers(data)
    known = data.get("details", {}).get("properties")
    for path, condition in _conditions(data):
        for key in ("details", "details_over"):
            for name in condition.get(key, ()):
                if known is not None and name not in known:
                    fields = {"name": name, "names": list(known)}
                    yield (
                        (*path, key, name),
                        N_("details has no property '{name}'; there is: {names}"),
                        fields,
                        "policy:names",
                    )


def _signers(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Keys that are none, or of nobody who approves anything, and a demand that nobody can meet."""
    policy, audit = Policy(data), data.get("audit", {})
    names = {name for role in policy.tables["roles"] for name in policy.members(role)}
    names |= {each.to for each in policy.delegations}
    signers = audit.get("signers", [])
    for index, entry in enumerate(signers):
        signer = Signer.read(entry)
        if signer is None:
            sentence = N_("this is neither an SSH public key nor a fingerprint, SSH's (SHA256:...) or GPG's")
            yield ("audit", "signers", index), sentence, {}, "policy:signers"
        elif signer.owner is not None and not signer.belongs_to(names):
            sentence = N_("no role lists '{name}', so this key counts for no approval: name its owner as a role does")
            yield ("audit", "signers", index), sentence, {"name": signer.owner}, "policy:signers"
    if audit.get("signed_approvals") and not signers:
        sentence = N_("approvals must be signed, and no key is listed under audit.signers")
        yield ("audit", "signed_approvals"), sentence, {}, "policy:signers"


def _retired(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Where a task is opened, or a complaint taken, by a department that is retired: both will be refused.

    A category may keep one: whoever assigns is told, and names another.
    """
    tables = Policy(data).tables
    for path, table, name, _special in _uses(data):
        target = path == ("intake",) or (path[0] == "playbooks" and path[-1] == "department" and "tasks" in path)
        if target and name in tables[table] and tables[table][name].retired:
            yield path, N_("'{name}' is retired; nothing new can go there"), {"name": name}, "policy:names"


def _doubt_of_need(data: Mapping[str, Any], name: str) -> str | None:
    """What is doubtful about a name under `closing`: nothing can bring it about, or only what must wait for it."""
    opening = [
        set(_many(each["after"]))
        for each in data.get("playbooks", ())
        if name in [task["task"] for task in each["tasks"]]
    ]
    if name in ("tasks", *data.get("attachments", {}).get("kinds", ())):
        return None
    if not opening:
        return N_("'{name}' is neither tasks, nor a task of a playbook, nor a kind of attachment")
    if set.union(*opening) <= _ENDS:
        return N_("the task '{name}' is opened only by what has to wait for it")
    return None


def _needed(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    closing = data.get("closing", {})
    entries: list[tuple[Path, Any]] = [(("closing",), closing)]
    entries += [(("closing", "also", index), entry) for index, entry in enumerate(closing.get("also", ()))]
    for path, entry in entries:
        for index, name in enumerate(entry.get("requires", ())):
            yield (*path, "requires", index), name


def _counted(data: Mapping[str, Any]) -> Iterator[Finding]:
    for index, name in enumerate(data.get("scoring", {}).get("counts", ())):
        if name not in data.get("deadlines", {}) and name not in ("resolution", "tasks"):
            yield ("scoring", "counts", index), N_("there is no deadline '{name}'"), {"name": name}, "policy:names"


def _customer(data: Mapping[str, Any]) -> Iterator[Finding]:
    key, properties = data.get("customer", {}).get("key"), data.get("details", {}).get("properties")
    if key is not None and properties is not None and key not in properties:
        fields = {"name": key, "names": list(properties)}
        yield ("customer", "key"), N_("details has no property '{name}'; there is: {names}"), fields, "policy:names"


def _required(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Fields made compulsory that the action does not carry: nobody could ever give them."""
    for action, names in data.get("requires", {}).items():
        carried = [*PROCESS[action].carries, *_BESIDES.get(action, ()), "note", "reason"]
        for index, name in enumerate(names):
            if name not in carried:
                fields = {"action": action, "name": name, "names": list(dict.fromkeys(carried))}
                path = ("requires", action, index)
                yield path, N_("{action} does not carry '{name}'; it carries: {names}"), fields, "policy:names"


# --- names ----------------------------------------------------------------------------------------------------


def _uses(data: Mapping[str, Any]) -> Iterator[Use]:
    """Every name that the policy uses, and the table in which it should stand."""
    yield ("intake",), "departments", data["intake"], ()
    for key, entry in data["categories"].items():
        yield from _routing(("categories", key), entry)
    for key, entry in data["channels"].items():
        if isinstance(entry, dict) and "severity" in entry:
            yield ("channels", key, "severity"), "severities", entry["severity"], ()
    for name, rule in data.get("deadlines", {}).items():
        yield ("deadlines", name, "owed_by"), "departments", rule["owed_by"], ("department", "received_by")
        for severity in rule.get("by_severity", {}):
            yield ("deadlines", name, "by_severity", severity), "severities", severity, ()
    for severity in data.get("followup", {}).get("by_severity", {}):
        yield ("followup", "by_severity", severity), "severities", severity, ()
    for index, book in enumerate(data.get("playbooks", ())):
        for number, task in enumerate(book["tasks"]):
            place: Path = ("playbooks", index, "tasks", number, "department")
            yield place, "departments", task.get("department", "department"), ("department", "received_by")
    for path, condition in _conditions(data):
        for key in FIELDS.keys() & condition.keys():
            for value in _many(condition[key]):
                yield (*path, key), FIELDS[key], value, ()
    for path, role in _roles(data):
        yield path, "roles", role, ()
    verify, criterion = data.get("measures", {}).get("verify"), _repeat(data).get("criterion")
    if verify is not None:
        yield ("measures", "verify"), "departments", verify, ()
    if criterion is not None:
        yield ("customer", "repeat", "criterion"), "criteria", criterion, ()


def _roles(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every role that the policy names outside its categories."""
    followup, closing = data.get("followup", {}), data.get("closing", {})
    listed: tuple[tuple[Path, Any], ...] = (
        (("approvals",), data.get("approvals", ())),
        (("delegations",), data.get("delegations", ())),
        (("followup", "quotas"), followup.get("quotas", ())),
    )
    for path, entries in listed:
        for index, entry in enumerate(entries):
            yield (*path, index, "role"), entry["role"]
    for severity, rule in followup.get("by_severity", {}).items():
        for index, role in enumerate(_many(rule.get("role", ()))):
            yield ("followup", "by_severity", severity, "role", index), role
    for index, role in enumerate(data.get("scoring", {}).get("adjust", ())):
        yield ("scoring", "adjust", index), role
    for path, entry, key in (
        (("closing", "unreconciled"), closing.get("unreconciled", {}), "role"),
        (("measures",), data.get("measures", {}), "approve"),
    ):
        if key in entry:
            yield (*path, key), entry[key]


def _conditions(data: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every condition: `when` and `unless`, and what an approval says beside its role."""
    entries: list[tuple[Path, Any]] = [(("deadlines", name), rule) for name, rule in data.get("deadlines", {}).items()]
    for severity, entry in data["severities"].items():
        for key, criterion in entry.get("criteria", {}).items() if isinstance(entry, dict) else ():
            entries.append((("severities", severity, "criteria", key), criterion))
    entries += [(("playbooks", index), entry) for index, entry in enumerate(data.get("playbooks", ()))]
    entries += [(("closing", "also", i), entry) for i, entry in enumerate(data.get("closing", {}).get("also", ()))]
    for path, entry in entries:
        for word in ("when", "unless"):
            if isinstance(entry, dict) and word in entry:
                yield (*path, word), entry[word]
    for index, entry in enumerate(data.get("approvals", ())):
        yield ("approvals", index), {key: value for key, value in entry.items() if key != "role"}


def _routing(path: Path, entry: Any) -> Iterator[Use]:
    if not isinstance(entry, dict):
        return
    for key, table in (("department", "departments"), ("role", "roles")):
        if isinstance(entry.get(key), str):
            yield (*path, key), table, entry[key], ()
    for severity, special in entry.get("by_severity", {}).items():
        place = (*path, "by_severity", severity)
        yield place, "severities", severity, ()
        if isinstance(special, str):  # a department's key alone
            yield place, "departments", special, ()
        yield from _routing(place, special)


# --- arithmetic -----------------------------------------------------------------------------------------------


def _arithmetic(policy: Policy) -> Iterator[tuple[Path, Callable[[], object]]]:
    """Places, each with a reading that fails where the value cannot be."""
    data, week = policy.data, policy.data["calendar"]
    yield ("calendar", "timezone"), lambda: policy.zone
    yield ("calendar", "hours"), lambda: calendar.parse_week(week["hours"])
    for day, text in week.get("exceptions", {}).items():
        yield ("calendar", "exceptions", day), partial(_exception, day, text)
    if "holidays" in week:
        yield ("calendar", "holidays"), lambda: official(week["holidays"])
    yield ("late_entry",), lambda: policy.late_entry
    for path, text in _lengths(data):
        yield path, partial(calendar.Length.parse, text)
    for index, entry in enumerate(data.get("delegations", ())):
        if "until" in entry:
            yield ("delegations", index, "until"), partial(date.fromisoformat, entry["until"])


def _lengths(data: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for name, rule in data.get("deadlines", {}).items():
        for key in ("within", "when_urgent", "not_before"):
            if key in rule:
                yield ("deadlines", name, key), rule[key]
        for severity, text in rule.get("by_severity", {}).items():
            yield ("deadlines", name, "by_severity", severity), text
    for index, book in enumerate(data.get("playbooks", ())):
        for number, task in enumerate(book["tasks"]):
            if "within" in task:
                yield ("playbooks", index, "tasks", number, "within"), task["within"]
    if "within" in _repeat(data):
        yield ("customer", "repeat", "within"), _repeat(data)["within"]


def _exception(day: str, text: str) -> None:
    date.fromisoformat(day)
    calendar.parse_spans(text)


def _repeat(data: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = data.get("customer", {}).get("repeat", {})
    return found


def _many(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)

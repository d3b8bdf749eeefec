"""One complaint as a page of text: facts, where it stands, what is owed by when, events."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cmplt.domain import instants, playbooks
from cmplt.domain.calendar import Calendar, Use
from cmplt.domain.cases import Case
from cmplt.domain.deadlines import reckon
from cmplt.domain.obligations import RESOLUTION, TASK, standing_before
from cmplt.domain.policy import Policy
from cmplt.domain.process import History, next_actions
from cmplt.i18n import _
from cmplt.output import records, words
from cmplt.output.listing import as_table
from cmplt.output.messages import harmless

# What of an event is shown in its line already, or spelled out elsewhere.
_SHOWN = ("at", "by", "action", "due", "opens", "recorded", "provisional")


def complaint(
    case: Case, policy: Policy, *, now: datetime, reveal: bool, language: str, calendar: Calendar | None
) -> str:
    """The page; with a calendar each due instant is spelled out."""
    found = records.whole(case, policy, now=now, reveal=reveal)
    parts = [_head(found, case, policy, language), owed(found, policy, language)]
    if calendar:
        parts.append("\n".join(_explained(case.history, policy, calendar)))
    parts.append(events(found, policy, language))
    return harmless("\n\n".join(part for part in parts if part))


def _head(found: dict[str, Any], case: Case, policy: Policy, language: str) -> str:
    def label(table: str, key: str | None) -> str:
        spoken = policy.label(table, key, language)
        return spoken if spoken == key else f"{spoken} ({key})"

    title = in_one_line(f"{found['id']}  {found['subject']}")
    state = _("{status}, round {round}").format(status=found["status"], round=found["round"])
    following = ", ".join(next_actions(case.history.now))
    where = label("departments", found["department"]) if found["department"] else _("nobody yet")
    lines = {
        _("status"): state + (_("; next: {actions}").format(actions=following) if following else ""),
        _("with"): where + (f", {found['owner']}" if found["owner"] else ""),
        _("severity"): label("severities", found["severity"]) + (_(", urgent") if found["urgent"] else ""),
        _("open tasks"): ", ".join(_without_a_time(case)),
        _("criteria"): ", ".join(label("criteria", key) for key in found["criteria"]),
        _("category"): label("categories", found["category"]),
        _("received"): _time(found["received"], policy.zone) + ", " + label("channels", found["channel"]),
        _("customer"): ", ".join(map(_value, found["customer"].values())),
        _("details"): _value(found["details"]),
    }
    width = max(len(name) for name in lines)
    body = [f"  {name:{width}}  {in_one_line(text)}" for name, text in lines.items() if text]
    story = [f"  {line}" for line in found["description"].rstrip().splitlines()]
    return "\n".join([title, *body, *([""] if story else []), *story])


def _without_a_time(case: Case) -> list[str]:
    """The open tasks that no obligation stands for, since nobody set a time for them."""
    owed = {each.name for each in case.obligations if each.stands}
    return [task for task in case.history.now.tasks if TASK + task not in owed]


def in_one_line(text: str) -> str:
    """Text in one line: what was typed with a line end cannot pass for a line of ours."""
    return " ".join(text.splitlines())


def owed(found: dict[str, Any], policy: Policy, language: str) -> str:
    """The table of what is and was owed."""
    rows = [
        {
            "name": each["name"],
            "owed_by": policy.label("departments", each["owed_by"], language),
            **{key: _time(each[key], policy.zone) if each[key] else "" for key in ("opened", "opens", "due", "met")},
            "state": each["state"],
        }
        for each in found["obligations"]
    ]
    titles = {
        "name": _("owes"),
        "owed_by": _("owed by"),
        "opened": _("from"),
        "opens": _("not before"),
        "due": _("due"),
        "met": _("met"),
        "state": _("state"),
    }
    shown = {key: title for key, title in titles.items() if any(row[key] for row in rows)}
    return as_table(rows, shown)


def events(found: dict[str, Any], policy: Policy, language: str | None = None) -> str:
    """The events, each with what it says."""
    lines, voids = [], set(found["void"])
    for index, event in enumerate(found["events"]):
        void = _(" (void: not possible then)") if index in voids else ""
        late = (
            _(", recorded {time}").format(time=_time(event["recorded"], policy.zone)) if event.get("recorded") else ""
        )
        lines.append(f"{_time(event['at'], policy.zone)}  {event['action']}  {in_one_line(event['by'])}{late}{void}")
        for name, value in event.items():
            if name not in _SHOWN:
                shown = _files(value, policy, language or policy.language) if name == "files" else _value(value)
                lines += [f"    {name}: {text}" for text in shown.splitlines()]
    return "\n".join(lines)


def _files(files: list[dict[str, Any]], policy: Policy, language: str) -> str:
    """What was attached, one a line: where it lies, what it is, how large."""
    lines = []
    for each in files:
        kind = policy.label("attachments", each.get("kind"), language)
        told = [text for text in (kind, words.size(each.get("size"))) if text]
        lines.append(f"{in_one_line(str(each.get('path')))} ({words.listed(told)})")
    return "\n".join(lines)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(
            f"{key}: {_value(each['from'])} → {_value(each['to'])}"
            if isinstance(each, dict) and {"from", "to"} <= set(each)
            else f"{key}: {_value(each)}"
            for key, each in value.items()
        )
    if isinstance(value, list):
        return ", ".join(_value(each) for each in value) or "–"
    return (
        {None: "–", True: _("yes"), False: _("no")}[value] if value is None or isinstance(value, bool) else str(value)
    )


def _time(text: str, zone: ZoneInfo) -> str:
    local = instants.parse(text).astimezone(zone)
    return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")


def _explained(history: History, policy: Policy, calendar: Calendar) -> Iterator[str]:
    """How each due instant came about, by today's policy; and where that does not lead to the stored one."""
    zone = policy.zone
    for step, open_now in standing_before(history, policy):
        for name, due in step.event.due.items():
            rule = policy.deadlines.get(name)
            shown = _local(due, zone)
            if rule:
                reckoned = reckon(rule, step, open_now, policy, calendar)
            else:  # a task of a playbook, or what was given by hand
                planned = playbooks.origin(history, step, policy) if name.startswith(TASK) else None
                reckoned = playbooks.reckon(planned, step.event.at, calendar) if planned else None
            if reckoned is None:
                why = (
                    _("given by hand")
                    if rule is None and (name == RESOLUTION or name.startswith(TASK))
                    else _("today's policy opens no such deadline here")
                )
                yield f"{name}: {shown} ({why})"
                continue
            yield _("{name}: {length} from {start} is {due}").format(
                name=name,
                length=reckoned.length.text,
                start=_local(reckoned.start, zone),
                due=_local(reckoned.reckoning.due, zone),
            )
            yield from (f"    {text}" for use in reckoned.reckoning.uses if (text := _use(use, zone)))
            if reckoned.reckoning.due != due:
                text = _("stored: {due}; policy or calendar have changed since, and what was given stays")
                yield "    " + text.format(due=shown)


def _local(instant: datetime, zone: ZoneInfo) -> str:
    return _time(instant.astimezone(zone).isoformat(timespec="seconds"), zone)


def _clock(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return local.strftime("%H:%M:%S" if local.second else "%H:%M")


def _use(use: Use, zone: ZoneInfo) -> str:
    """One day of a computation, in words."""
    day = use.day
    date = f"{day.date:%Y-%m-%d} {_(day.date.strftime('%a'))}"
    why = {
        "weekday": "" if day.works else _("no working day"),
        "exception": _("by the office's own exceptions"),
        "holiday": day.name,
        "make-up": _("make-up working day"),
        "skipped": _("a clock change leaves nothing of it"),
    }[day.why]
    used = ", ".join(f"{_clock(start, zone)}–{_clock(end, zone)}" for start, end in use.used)
    if used:
        said = used
    elif use.counted:
        said = _("counted")
    else:
        said = _("skipped") if not day.works else _("nothing left of it")
    return f"{date}  {said}" + (f" ({why})" if why else "")

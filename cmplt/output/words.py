"""The program's own words for what stands in files as keys, and how times and lengths are said."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from cmplt.domain.obligations import TASK
from cmplt.i18n import N_, _
from cmplt.output.listing import lateness

# Statuses, actions, results, states, and the names that deadlines usually have; a policy's own names stay as they are.
_WORDS = {
    key: word
    for words in (
        (N_("registered"), N_("assigned"), N_("in-progress"), N_("resolved"), N_("closed"), N_("rejected")),
        (N_("register"), N_("assign"), N_("respond"), N_("progress"), N_("propose"), N_("approve"), N_("decline")),
        (N_("escalate"), N_("resolve"), N_("followup"), N_("reject"), N_("close"), N_("reopen"), N_("amend")),
        (N_("adjust"), N_("task"), N_("done"), N_("attach"), N_("redact")),
        (N_("satisfied"), N_("dissatisfied"), N_("unreached")),
        (N_("open"), N_("met"), N_("late"), N_("overdue"), N_("cancelled")),
        (N_("proposed"), N_("approved"), N_("declined"), N_("started"), N_("verified"), N_("ineffective")),
        (N_("interim"), N_("corrective"), N_("preventive"), N_("improvement"), N_("measure")),
        (N_("registration"), N_("assignment"), N_("response"), N_("feedback"), N_("resolution"), N_("update")),
    )
    for key, word in zip(words, words, strict=True)
}
NOTHING = "–"


def word(key: str | None) -> str:
    """A key of the program's own tables in the reader's language."""
    return _(_WORDS[key]) if key in _WORDS else key or NOTHING


def obligation(name: str) -> str:
    """What is owed: a deadline's name, or a task's."""
    return _("task {name}").format(name=name.removeprefix(TASK)) if name.startswith(TASK) else word(name)


def when(instant: datetime | None, zone: ZoneInfo) -> str:
    """An instant by the office's clock, to the minute where it is a whole one."""
    if instant is None:
        return NOTHING
    local = instant.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M}" if not local.second else f"{local:%Y-%m-%d %H:%M:%S}"


def length(seconds: float | None) -> str:
    """A length of time in its two largest units."""
    return NOTHING if seconds is None else lateness(int(seconds))


def size(number: object) -> str:
    """A number of bytes in the largest unit that it fills."""
    if not isinstance(number, int):
        return NOTHING
    if number < 1 << 10:
        return _("{number} bytes").format(number=number)
    power = 20 if number >= 1 << 20 else 10
    return f"{number / (1 << power):.1f} {'MiB' if power == 20 else 'KiB'}"


def listed(words: Iterable[str]) -> str:
    """One after the other, with the comma of the language."""
    return _(", ").join(words)


def one_a_line(ids: Iterable[str]) -> str:
    return (_(", ").rstrip() + "\n").join(ids)


def percent(share: float | None) -> str:
    return NOTHING if share is None else f"{share:.1f} %"


def signed(number: int | float | None) -> str:
    """A number with its sign, a real minus; zero has none."""
    if number is None:
        return NOTHING
    told = f"{number:+d}" if isinstance(number, int) else f"{number:+.2f}".rstrip("0").rstrip(".")
    return told.replace("-", "−") if number else "0"


def days(up_to: int | None, before: int | None) -> str:
    """An interval of whole days: what lies above the one before, up to this."""
    if up_to is None:
        return _("over {days} days").format(days=before)
    return _("{low}–{high} days").format(low=before or 0, high=up_to)

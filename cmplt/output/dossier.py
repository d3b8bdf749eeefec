"""A complaint as a form looks at it: everything that was recorded, as words and as choices."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from cmplt.domain import instants
from cmplt.domain.capa import Undertaking
from cmplt.domain.cases import Case
from cmplt.domain.complaint import Event, Facts
from cmplt.domain.policy import FIELDS, Policy
from cmplt.domain.process import TABLE
from cmplt.domain.rules import spoken
from cmplt.i18n import _
from cmplt.output import words

Choices = Sequence[tuple[str, str]]
# What an event says in a sentence, in the order in which it is read.
SAID = ("outcome", "title", "note", "reason", "recourse")
# What a column or a place may ask of an event besides when, who and what.
FIELDS_OF_EVENTS = tuple(
    dict.fromkeys(("note", "reason", *(name for action in TABLE for name in action.carries if name != "changes")))
)
RESULTS = ("satisfied", "dissatisfied", "unreached")


@dataclass(frozen=True)
class Found:
    """What stands at a place: its text, and where it is a choice the keys that hold and all there are."""

    text: str = ""
    keys: tuple[str, ...] = ()
    choices: Choices = ()


@dataclass(frozen=True)
class Dossier:
    """A complaint as of an instant, its customer's name and contact whole, and the measures that came of it."""

    case: Case
    policy: Policy
    now: datetime
    language: str
    measures: Sequence[Undertaking] = ()

    @cached_property
    def events(self) -> list[Event]:
        """What happened and had an effect, in its order."""
        return [step.event for step in self.case.history.in_effect]

    @property
    def facts(self) -> Facts:
        return self.case.history.now.facts

    def first(self, action: str) -> Event | None:
        return next((each for each in self.events if each.action == action), None)

    def last(self, action: str) -> Event | None:
        return next((each for each in reversed(self.events) if each.action == action), None)

    def label(self, table: str, key: str | None) -> str:
        return self.policy.label(table, key, self.language)

    def spoken(self, label: Any) -> str:
        return spoken(label, self.language) if label else ""

    def when(self, instant: datetime | None) -> str:
        return words.when(instant, self.policy.zone) if instant else ""

    def names(self, table: str, keys: Iterable[str | None]) -> Found:
        """Names of one of the policy's tables, and all that new events may use there."""
        given = tuple(key for key in keys if key)
        offered = dict.fromkeys((*self.policy.offered(table), *given))
        return chosen([(key, self.label(table, key)) for key in offered], given)

    def rated(self, rating: Any) -> Found:
        """A rating on the policy's scale."""
        scale = range(1, self.policy.followup.get("scale", 5) + 1)
        return chosen([(str(each), str(each)) for each in scale], () if rating is None else (str(rating),))

    def event(self, event: Event) -> dict[str, str]:
        """An event as a row of a table."""
        return {
            "at": self.when(event.at),
            "recorded": self.when(event.recorded),
            "by": event.by,
            "action": words.word(event.action),
            "text": "\n".join(str(event.get(name)).rstrip() for name in SAID if event.get(name))
            or event.get("owner", ""),
            **{name: self.field(event, name).text for name in FIELDS_OF_EVENTS},
        }

    def field(self, event: Event | None, name: str) -> Found:
        """A field of an event in words, with what there is to choose from; also where there is no such event."""
        if name in FIELDS:
            return self.names(FIELDS[name], event.keys(name) if event else ())
        if name in ("at", "by", "recorded"):
            found = getattr(event, name, None)
            return Found(self.when(found) if isinstance(found, datetime) else found or "")
        value = event.get(name) if event else None
        if name == "result":
            return of_words(RESULTS, value)
        if name == "rating":
            return self.rated(value)
        if name == "urgent":
            return yes_or_no(value)
        if value is None:
            return Found()
        special: Mapping[str, Callable[[Any], str]] = {
            "agreed": self._agreed,
            "answers": self._answers,
            "files": self._files,
            "fields": words.listed,
        }
        return Found(special[name](value) if name in special else str(value).rstrip())

    def _agreed(self, value: str) -> str:
        return self.when(instants.parse(value))

    def _answers(self, answers: Mapping[str, int]) -> str:
        return "\n".join(f"{self.label('questions', key)} {answer}" for key, answer in answers.items())

    def _files(self, files: Sequence[Mapping[str, Any]]) -> str:
        return "\n".join(str(file.get("path", "")) for file in files)


def chosen(choices: Choices, keys: Sequence[str]) -> Found:
    """Some of what there is to choose from."""
    labels = dict(choices)
    return Found(words.listed(labels.get(key, key) for key in keys), tuple(keys), tuple(choices))


def of_words(keys: Iterable[str], *held: str | None) -> Found:
    """Words of the program's own tables."""
    return chosen([(key, words.word(key)) for key in keys], [key for key in held if key])


def yes_or_no(value: Any) -> Found:
    """Yes or no; neither where nothing was said."""
    held = () if value is None else ("yes" if value else "no",)
    return chosen([("yes", _("yes")), ("no", _("no"))], held)

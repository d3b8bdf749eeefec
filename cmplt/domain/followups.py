"""What customers said when they were asked afterwards."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from cmplt.domain.averages import Mean
from cmplt.domain.cases import Course, Happening
from cmplt.domain.period import Window
from cmplt.domain.policy import Policy


@dataclass(frozen=True)
class Followups:
    """The follow-up events of a period."""

    done: int
    results: Counter[str]
    early: int
    answers: dict[str, Mean]
    quotas: list[tuple[str, int, int]]  # role, required, done
    ratings: Counter[int]

    @property
    def rating(self) -> Mean:
        return Mean.of(self.ratings.elements())


def in_period(window: Window, found: Iterable[Course]) -> list[Happening]:
    """The follow-up events of a period."""
    return [each for case in found for each in case.happenings if each.action == "followup" and window.holds(each.at)]


# The e-mail addresses that people have committed with, by their names: a role may list either.
Addresses = Mapping[str, Collection[str]]
NOBODYS: Addresses = {}


def followups(window: Window, made: list[Happening], policy: Policy, addresses: Addresses = NOBODYS) -> Followups:
    """Results, ratings, answers, and how the quotas of the roles were kept."""
    answers: dict[str, list[int]] = {question: [] for question in policy.followup.get("questions", {})}
    for each in made:
        for question, answer in (each.answers or {}).items():
            answers.setdefault(question, []).append(answer)
    quotas = []
    for quota in policy.followup.get("quotas", ()):
        required = quota["per_month"] * window.period.scored_months
        quotas.append((quota["role"], required, sum(_holds(quota["role"], each, policy, addresses) for each in made)))
    return Followups(
        done=len(made),
        results=Counter(each.result for each in made if each.result),
        early=sum(each.early for each in made),
        answers={question: Mean.of(values) for question, values in answers.items()},
        quotas=quotas,
        ratings=Counter(each.rating for each in made if each.rating is not None),
    )


def _holds(role: str, made: Happening, policy: Policy, addresses: Addresses) -> bool:
    """Whether who made a follow-up held a role on that day."""
    members = policy.members(role, on=made.at.astimezone(policy.zone).date())
    return not {made.by, *addresses.get(made.by, ())}.isdisjoint(members)


def satisfaction(made: Iterable[Happening]) -> dict[str | None, Mean]:
    """The ratings by the department that the complaint was with when the customer was asked."""
    ratings: dict[str | None, list[int]] = defaultdict(list)
    for each in made:
        if each.rating is not None:
            ratings[each.department].append(each.rating)  # a follow-up leaves a complaint with its department
    return {department: Mean.of(values) for department, values in ratings.items()}

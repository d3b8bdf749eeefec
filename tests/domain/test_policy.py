"""The policy as the domain asks it: names, deadlines, scoring, approvals (design §2, §6)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cmplt.domain.calendar import Length, OfficialYear
from cmplt.domain.conditions import Condition
from cmplt.domain.policy import SECTIONS, Policy
from cmplt.domain.rules import Approval, Scoring
from cmplt.errors import Retired, UnknownName, UnknownZone
from tests.domain.build import at, calendar, policy, short

# Names of every kind, retired ones among them.
NAMES = """
office: {en: Example, zh: 示例}
departments: {old-desk: {label: {en: Old desk, zh: 旧}, retired: true}, bare: {}}
channels: {telex: {retired: true}, industry: {severity: major}}
categories:
  horses: {label: Horses, retired: true}
  quality: {department: service, by_severity: {major: {department: parts, role: quality}, critical: sales}}
  staff: {role: chief, by_severity: {major: {role: quality}}}
  repair: {role: chief, by_severity: {major: {role: quality}, critical: {department: parts}}}
severities:
  general: {label: {zh: 一般}}
  critical: {points: -9, criteria: {death: {label: Death}, fire: {en: Fire, zh: 火灾}}}
  trifle: {label: trifle}
causes: {attitude: {en: Attitude, zh: 态度}, weather: {label: Weather, retired: true}}
roles: {boss: {members: [王芳], label: Boss}, clerk: {retired: true}, chief: []}
followup: {via: {meeting: Meeting}, scale: 10}
kinds: {complaint: {}, suggestion: {counts: false}, claim: {label: Claim, counts: true}}
"""


@pytest.mark.parametrize(
    ("table", "key", "en", "zh"),
    [
        ("departments", "sales", "Sales", "Sales"),
        ("departments", "old-desk", "Old desk", "旧"),
        ("departments", "bare", "bare", "bare"),
        ("departments", "nowhere", "nowhere", "nowhere"),
        ("departments", None, "", ""),
        ("severities", "general", "一般", "一般"),
        ("severities", "critical", "critical", "critical"),
        ("criteria", "death", "Death", "Death"),
        ("criteria", "fire", "Fire", "火灾"),
        ("criteria", "safety", "safety", "safety"),
        ("causes", "attitude", "Attitude", "态度"),
        ("causes", "workmanship", "workmanship", "workmanship"),
        ("roles", "boss", "Boss", "Boss"),
        ("roles", "quality", "quality", "quality"),
        ("roles", "clerk", "clerk", "clerk"),
        ("ways", "meeting", "Meeting", "Meeting"),
        ("ways", "phone", "phone", "phone"),
        ("kinds", "claim", "Claim", "Claim"),
        ("channels", "industry", "industry", "industry"),
    ],
)
def test_labels_in_both_languages(table: str, key: str | None, en: str, zh: str) -> None:
    """A name is spoken by its label in the language, or in the one there is, or as it stands."""
    labels = [policy(NAMES).label(table, key, language) for language in ("en", "zh")]
    assert labels == [en, zh]


def test_the_language_of_an_office() -> None:
    """Reports are in English unless the policy says otherwise."""
    assert (policy().language, policy("language: zh").language) == ("en", "zh")


@pytest.mark.parametrize(
    ("table", "key"),
    [("departments", "sales"), ("criteria", "fire"), ("roles", "chief"), ("ways", "meeting"), ("kinds", "suggestion")],
)
def test_a_name_in_use_may_be_used(table: str, key: str) -> None:
    """A name that the policy has and that is not retired is accepted for a new event."""
    policy(NAMES).known(table, key)
    assert key in policy(NAMES).offered(table)


@pytest.mark.parametrize(
    ("table", "key", "kind"),
    [
        ("departments", "old-desk", "department"),
        ("channels", "telex", "channel"),
        ("ways", "telex", "way"),
        ("categories", "horses", "category"),
        ("causes", "weather", "cause"),
        ("roles", "clerk", "role"),
    ],
)
def test_a_retired_name_is_refused_and_not_offered(table: str, key: str, kind: str) -> None:
    """A retired name is accepted for no new event, and the refusal names those that are."""
    with pytest.raises(Retired) as caught:
        policy(NAMES).known(table, key)
    assert (caught.value.fields["kind"], caught.value.fields["name"]) == (kind, key)
    assert key not in caught.value.fields["names"]
    assert key not in policy(NAMES).offered(table)


def test_an_unknown_name_is_refused_with_those_that_are_near() -> None:
    """A misspelt name is refused, with the nearest and with all that there are; a retired one is not suggested."""
    with pytest.raises(UnknownName) as caught:
        policy(NAMES).known("departments", "sale")
    assert caught.value.fields["near"][0] == "sales"
    names = ["customer-service (CS)", "sales (Sales)", "service (Service)", "parts (Parts)", "bare"]
    assert caught.value.fields["names"] == names
    assert (caught.value.fields["kind"], caught.value.fields["place"]) == ("department", "departments")
    with pytest.raises(UnknownName) as caught:
        policy(NAMES).known("departments", "old-dest")
    assert "old-desk" not in caught.value.fields["near"]


@pytest.mark.parametrize(
    ("table", "label", "near"),
    [
        ("causes", "态度", ["attitude"]),
        ("causes", "Weather", []),
        ("departments", "旧", []),
        ("ways", "Meeting", ["meeting"]),
    ],
)
def test_a_label_leads_to_its_name(table: str, label: str, near: list[str]) -> None:
    """Whoever gives a label in any language instead of the name is told the name, if it may be used."""
    with pytest.raises(UnknownName) as caught:
        policy(NAMES).known(table, label)
    assert caught.value.fields["near"] == near


@pytest.mark.parametrize(("table", "place"), [("causes", "causes"), ("criteria", "severities"), ("ways", "channels")])
def test_an_unknown_name_is_refused_with_the_place_of_its_table(table: str, place: str) -> None:
    """The refusal says under which key of the policy such names are kept."""
    with pytest.raises(UnknownName) as caught:
        policy(NAMES).known(table, "nonsense")
    assert caught.value.fields["place"] == place


# --- severities ---------------------------------------------------------------------------------------------


def test_severities_stand_mildest_first() -> None:
    """Their order in the policy is their rank; an unknown one is milder than any."""
    of = policy(NAMES)
    assert of.severities == ["general", "major", "critical", "trifle"]
    assert [of.rank(each) for each in ("general", "critical", "unheard-of")] == [0, 2, -1]


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ((), "general"),
        ((None,), "general"),
        (("general", "critical", "major"), "critical"),
        (("major", None), "major"),
        ((None, "general", "major"), "major"),
        (("unheard-of", "general"), "general"),
    ],
)
def test_the_gravest_wins(given: tuple[str | None, ...], wanted: str) -> None:
    """The gravest of those given is taken, the mildest there is when nothing says."""
    assert policy(NAMES).gravest(*given) == wanted


def test_a_retired_severity_is_no_default() -> None:
    """When nothing says how grave a complaint is, the mildest that a new one may have is taken."""
    assert policy("severities: {general: {retired: true}}").gravest() == "major"


def test_points_of_a_severity() -> None:
    """Points left out are none, and an unknown severity has none."""
    assert [policy(NAMES).points(each) for each in ("general", "major", "critical", "trifle", "unheard-of")] == [
        -1, -5, -9, 0, 0]  # fmt: skip


@pytest.mark.parametrize(
    ("criterion", "severity"), [("safety", "major"), ("fire", "critical"), ("noise", None), (5, None)]
)
def test_the_severity_that_a_criterion_implies(criterion: object, severity: str | None) -> None:
    """A criterion implies the severity it stands under."""
    assert policy(NAMES).severity_of_criterion(criterion) == severity


@pytest.mark.parametrize(
    ("channel", "severity"),
    [("regulator", "major"), ("industry", "major"), ("phone", None), ("pigeon", None), (5, None)],
)
def test_the_severity_that_a_channel_implies(channel: object, severity: str | None) -> None:
    """What comes in by some channels is at least so grave."""
    assert policy(NAMES).severity_of_channel(channel) == severity


# --- kinds and routing --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "kind", "counts"),
    [
        (NAMES, None, True),
        (NAMES, "complaint", True),
        (NAMES, "suggestion", False),
        (NAMES, "claim", True),
        (NAMES, "unheard-of", True),
        ("kinds: {suggestion: {counts: false}}", None, False),
        ("", None, True),
        ("", "anything", True),
    ],
)
def test_which_kinds_count(changes: str, kind: str | None, counts: bool) -> None:
    """Every kind counts but those that say otherwise; without a kind a complaint is of the first."""
    assert policy(changes).counts_kind(kind) is counts


def test_the_first_kind() -> None:
    """The first kind of the policy is the default; without kinds there is one."""
    assert policy(NAMES).first_kind == policy().first_kind == "complaint"
    assert policy("kinds: {claim: {}, complaint: {}}").first_kind == "claim"


@pytest.mark.parametrize(
    ("category", "severity", "department", "role"),
    [
        ("quality", "general", "service", None),
        ("quality", "major", "parts", "quality"),
        ("quality", "critical", "sales", None),
        ("attitude", "major", "sales", None),
        ("staff", "general", None, "chief"),
        ("staff", "major", None, "quality"),
        ("repair", "general", "service", "chief"),
        ("repair", "major", "service", "quality"),
        ("repair", "critical", "parts", "chief"),
        ("horses", "general", None, None),
        ("unheard-of", "general", None, None),
    ],
)
def test_where_a_category_sends_a_complaint(
    category: str, severity: str, department: str | None, role: str | None
) -> None:
    """A category sends its complaints to its department and role, or to others at some severity; either may be one."""
    route = policy(NAMES).route(category, severity)
    assert (route.department, route.role) == (department, role)


# --- deadlines, scoring, approvals --------------------------------------------------------------------------


def test_a_deadline_as_the_policy_has_it() -> None:
    """A rule is read with its openings, lengths, conditions and window."""
    rule = policy().deadline("response")
    assert (rule.name, rule.opened_by, rule.until, rule.owed_by) == (
        "response",
        ("assign",),
        ("respond",),
        "department",
    )
    assert rule.within == Length.parse("2 working hours")
    assert (rule.by_severity, rule.when_urgent) == ({"major": Length.parse("1 working hour")}, Length.parse("1 hour"))
    assert (rule.when, rule.not_before, rule.retired) == (Condition(), None, False)
    assert policy().deadline("progress").until == ("progress", "resolve")
    assert policy().deadline("followup").not_before == Length.parse("5 days")


def test_a_deadline_with_every_key() -> None:
    """Conditions, retirement and several openings are read as well."""
    rule = policy(
        "deadlines: {care: {from: [assign, reopen], until: respond, within: same day, owed_by: sales, retired: true,"
        " when: {severity: major}, unless: {urgent: true}}}"
    ).deadline("care")
    assert (rule.opened_by, rule.retired) == (("assign", "reopen"), True)
    assert rule.when == Condition({"severity": "major"}, {"urgent": True})


def test_a_deadline_that_the_policy_does_not_know() -> None:
    """An unknown deadline lasts until resolve and is owed by the department."""
    rule = policy("deadlines: null\nscoring: {counts: []}").deadline("forgotten")
    assert (rule.name, rule.opened_by, rule.until, rule.owed_by) == ("forgotten", (), ("resolve",), "department")
    assert policy("deadlines: null\nscoring: {counts: []}").deadlines == {}


def test_scoring() -> None:
    """What is left out of the scoring is nothing."""
    names = ("registration", "assignment", "response", "progress", "feedback", "followup", "resolution", "tasks")
    assert policy().scoring == Scoring(base=0, late=-2, counts=names, adjust=())
    assert policy("scoring: null").scoring == Scoring()
    assert policy("scoring: {base: 100, adjust: [chief]}").scoring.adjust == ("chief",)


@pytest.mark.parametrize(
    ("counts", "name", "counted"),
    [
        ("[response]", "response", True),
        ("[response]", "progress", False),
        ("[tasks]", "task:look", True),
        ("[response]", "task:look", False),
        ("[tasks]", "response", False),
        ("[resolution]", "resolution", True),
        ("[response]", "resolution", False),
    ],
)
def test_what_the_score_counts(counts: str, name: str, counted: bool) -> None:
    """The score counts the deadlines it names, `resolution`, and all tasks as `tasks`."""
    assert policy(f"scoring: {{counts: {counts}}}").scoring.counts_obligation(name) is counted


def test_approvals_as_the_policy_has_them() -> None:
    """An approval's condition is what stands beside its role and amount."""
    assert policy().approvals == (
        Approval("general-manager", Condition(), Decimal(0)),
        Approval("quality", Condition({"severity": "major"})),
    )


@pytest.mark.parametrize(
    ("role", "members"),
    [("quality", ("wf@example.com",)), ("boss", ("王芳",)), ("clerk", ()), ("chief", ()), ("unheard-of", ())],
)
def test_the_members_of_a_role(role: str, members: tuple[str, ...]) -> None:
    """A role holds its members in a list, or under `members`."""
    assert policy(NAMES).members(role) == members


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ("", {"role": "general-manager"}),
        ("closing: null", None),
        ("closing: {unreconciled: null}", None),
        ("closing: {unreconciled: {after_rounds: 3}}", {"role": "general-manager", "after_rounds": 3}),
    ],
)
def test_closing_without_agreement(changes: str, wanted: dict[str, Any] | None) -> None:
    """What the policy says of closing without agreement, if it says anything."""
    assert policy(changes).unreconciled == wanted


def test_what_a_customer_must_have_and_how_followups_are_made() -> None:
    """Compulsory keys of the customer, and the follow-up's own table; nothing where the policy is silent."""
    assert policy("customer: {required: [name, contact]}").customer_required == ("name", "contact")
    assert policy().customer_required == policy().details_required == ()
    assert policy("details: {type: object, required: [plate]}").details_required == ("plate",)
    assert (policy(NAMES).followup["scale"], policy().followup) == (10, {})


# --- time ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "limit"),
    [
        ("", timedelta(hours=1)),
        ("late_entry: 90 minutes", timedelta(minutes=90)),
        ("late_entry: 2 hours", timedelta(hours=2)),
        ("late_entry: 3 days", timedelta(days=3)),
        ("late_entry: 1 day", timedelta(days=1)),
    ],
)
def test_how_far_back_an_entry_may_lie(changes: str, limit: timedelta) -> None:
    """An hour unless the policy says otherwise, always elapsed time."""
    assert policy(changes).late_entry == limit


@pytest.mark.parametrize("name", ["Mars/Olympus", "Asia", "../etc/passwd", "", "\0"])
def test_a_zone_that_does_not_exist(name: str) -> None:
    """A time zone that nobody knows is refused by its name."""
    with pytest.raises(UnknownZone) as caught:
        _ = Policy({"calendar": {"timezone": name}}).zone
    assert caught.value.fields == {"zone": name}


def test_the_zone_and_the_intake() -> None:
    """The office's time zone and the department that registers."""
    assert (policy().zone.key, policy().intake) == ("Asia/Shanghai", "customer-service")


def test_the_calendar_of_a_policy() -> None:
    """Hours, exceptions and the rule for days reach the calendar; holidays are asked by their code."""
    asked = []

    def official(code: str) -> Any:
        asked.append(code)
        return lambda year: OfficialYear({date(2026, 3, 17): "Kite day"}, frozenset({date(2026, 3, 21)}))

    changes = """
calendar: {hours: {sat: '09:00-12:00'}, exceptions: {'2026-03-18': '10:00-11:00', '2026-03-19': closed}}
days: {ends: midnight, roll: false}
"""
    found = policy(changes).calendar(official)
    days = {day: found.day(date(2026, 3, day)).spans for day in range(16, 23)}
    whole = ((540, 720), (780, 1080))
    assert days == {16: whole, 17: (), 18: ((600, 660),), 19: (), 20: whole, 21: whole, 22: ()}
    assert asked == ["CN"]
    assert (found.rule.ends, found.rule.roll, found.work_makeup_days) == ("midnight", False, True)


def test_a_calendar_without_holidays_asks_nobody() -> None:
    """An office that names no country has no holidays, and rest days stay rest days where it says so."""
    found = policy("calendar: {holidays: null, makeup_days: rest}").calendar(lambda code: pytest.fail(code))
    assert found.day(date(2026, 10, 1)).works
    assert (found.work_makeup_days, found.rule.ends, found.rule.roll) == (False, "close", True)


def test_the_tests_own_calendar() -> None:
    """The office of these tests has not heard of 2027's holidays."""
    found = calendar(policy()).reckon(at("2026-12-31T17:00"), Length.parse("2 working hours"))
    assert (short({"x": found.due}), found.provisional) == ({"x": "01T10:00"}, True)


# --- reports ------------------------------------------------------------------------------------------------


def test_the_name_of_an_office() -> None:
    """As the policy has it, in one language or several; nothing where it has none."""
    assert policy().office == "Test office"
    assert policy(NAMES).office == {"en": "Example", "zh": "示例"}
    assert policy("office: null").office == ""


def test_what_a_report_shows() -> None:
    """Everything in the order of the document, or what the policy names, in its own order."""
    assert policy().sections == SECTIONS
    assert policy("report: {}").sections == SECTIONS
    assert policy("report: {sections: [trend, scores]}").sections == ("trend", "scores")
    assert policy("report: {sections: []}").sections == ()


def test_how_many_recur() -> None:
    """As many as the policy says; without the rule there is no number."""
    assert policy("recurrence: {count: 3, per: month}").recurrence == 3
    assert policy().recurrence is None


def test_the_questions_of_the_follow_up_are_names_too() -> None:
    """They are labelled like everything else; without any there is none."""
    asked = policy("followup: {questions: {outcome: {en: Outcome, zh: 结果}}}")
    assert asked.label("questions", "outcome", "zh") == "结果"
    assert asked.label("questions", "gone", "zh") == "gone"
    assert policy().tables["questions"] == {}

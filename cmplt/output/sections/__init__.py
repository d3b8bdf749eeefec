"""The sections of a report, each from the figures; a section without anything to say is left out."""

from collections.abc import Callable, Mapping

from cmplt.output.document import Section
from cmplt.output.sections import attention, capa, handled, head, received
from cmplt.output.sections.brief import Brief

# By the names that the policy's `report.sections` gives them.
SECTIONS: Mapping[str, Callable[[Brief], Section | None]] = {
    "summary": head.summary,
    "scores": head.scores,
    "trend": received.trend,
    "categories": received.categories,
    "causes": received.causes,
    "channels": received.channels,
    "timeliness": handled.timeliness,
    "handling": handled.handling,
    "followup": handled.followup,
    "majors": attention.majors,
    "recurring": capa.recurring,
    "measures": capa.measures,
    "open": attention.open_by_age,
    "late-entries": attention.late_entries,
    "restatements": attention.restatements,
}


def sections(brief: Brief) -> list[Section]:
    """Those that the policy names, in its order, without the empty ones."""
    written = (SECTIONS[name](brief) for name in brief.policy.sections if name in SECTIONS)
    return [section for section in written if section is not None]

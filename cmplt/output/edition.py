"""A report as its files: the document as HTML and Markdown, the tables as CSV, the figures as JSON, the charts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cmplt.domain import instants
from cmplt.domain.figures import Figures
from cmplt.domain.period import Period
from cmplt.domain.policy import Policy
from cmplt.domain.rules import spoken
from cmplt.i18n import _, speaking
from cmplt.output import listing, measures, messages, reporting
from cmplt.output.beside import beside
from cmplt.output.document import Document
from cmplt.output.rendering import Templates, html, markdown
from cmplt.output.reporting import Basis
from cmplt.output.sections import sections
from cmplt.output.sections.brief import Brief
from cmplt.output.words import when

Watch = Callable[[Sequence[str]], Iterable[str]]
# So many complaints make tables that take as long as the charts: these are then drawn beside.
MANY = 500


@dataclass(frozen=True)
class Edition:
    """A report in one language: the same figures in every form."""

    found: Figures
    policy: Policy
    basis: Basis
    language: str
    templates: Templates
    watch: Watch = iter  # sees the charts pass

    @property
    def name(self) -> str:
        """What its folder is called."""
        parts = (self.found.period.name, (self.found.department or "").replace("/", "-"))
        return "_".join(filter(None, parts))

    @cached_property
    def record(self) -> dict[str, Any]:
        """The figures with the fields of design §7."""
        with speaking(self.language):
            return reporting.report(self.found, self.policy, self.basis)

    @cached_property
    def document(self) -> Document:
        with speaking(self.language):
            return _document(Brief(self.found, self.policy, self.basis, self.language))

    def markdown(self) -> str:
        with speaking(self.language):
            return markdown(self.document, self.templates)

    def files(self) -> tuple[dict[str, bytes], list[str]]:
        """The files by their names, and the characters that no font could draw."""
        drawn = self._draw if len(self.found.cases) < MANY else beside(self._draw)
        texts = {
            "report.md": self.markdown(),
            "report.json": listing.as_json(self.record),
            "scores.csv": self._csv(
                reporting.scores(self.record), reporting.score_columns(self.record, self.policy, self.language)
            ),
            "complaints.csv": self._csv(reporting.complaints(self.found, self.policy), reporting.COMPLAINTS),
            "measures.csv": self._csv(measures.rows(self.found, self.policy), measures.ROWS),
            "obligations.csv": self._csv(reporting.obligations(self.found, self.policy), reporting.OBLIGATIONS),
        }
        pictures, inline, missing = drawn()
        with speaking(self.language):
            texts["report.html"] = html(self.document, self.templates, inline)
        files = {name: f"{text.rstrip()}\n".encode() for name, text in texts.items()}
        return files | {f"charts/{name}": content for name, content in pictures.items()}, missing

    def _draw(self) -> tuple[dict[str, bytes], dict[str, str], list[str]]:
        """The charts as files, those of the document as parts of its page, and the characters no font has."""
        from cmplt.output import charts, drawing  # what takes a second to load

        with speaking(self.language):
            pictures, missing = charts.draw(self.found, self.policy, self.language, self.watch)
        shown = [chart for section in self.document.sections for chart in section.charts]
        inline = {
            each.name: drawing.inline(pictures[f"{each.name}.svg"], name=each.name, label=messages.harmless(each.alt))
            for each in shown
        }
        return pictures, inline, missing

    @staticmethod
    def _csv(rows: list[dict[str, Any]], columns: Iterable[str]) -> str:
        return listing.as_csv(rows, dict.fromkeys(columns))


def _document(brief: Brief) -> Document:
    found, basis = brief.found, brief.basis
    period, zone = found.period, brief.policy.zone
    title = _("Complaints report")
    if found.department:
        title = _("Complaints report of {department}").format(department=brief.label("departments", found.department))
    origin = [
        (_("Period"), f"{period.first} – {period.last}"),
        (_("As of"), instants.show(found.as_of, zone)),
        (_("Commit"), basis.commit or _("none")),
        (_("Policy (SHA-256)"), basis.policy),
    ]
    return Document(
        language=brief.language,
        title=title,
        office=spoken(brief.policy.office, brief.language),
        period=_named(period),
        before=_named(period.before()),
        warnings=_warnings(brief, when(found.as_of, zone)),
        sections=sections(brief),
        origin=origin,
    )


def _named(period: Period) -> str:
    return period.name.replace("_", " – ")


def _warnings(brief: Brief, as_of: str) -> list[str]:
    """What somebody must know before believing the figures."""
    found, basis, told = brief.found, brief.basis, []
    if found.as_of < found.window.end:
        told.append(_("The period is not over: everything stands as of {as_of}.").format(as_of=as_of))
    if basis.unreadable:
        count = len(basis.unreadable)
        told.append(_("{count} files cannot be read; what they say is counted nowhere:").format(count=count))
        told += [messages.problem(each) for each in basis.unreadable]
    told += [messages.problem(each) for each in basis.unlike]
    if basis.uncommitted:
        names = ", ".join(basis.uncommitted)
        told.append(_("These files are not as the commit has them: {names}").format(names=names))
    return told

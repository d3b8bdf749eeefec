"""The reports that were committed, and the templates that one is made from: the shipped ones and the office's own."""

import json
import re
from datetime import date
from importlib.resources import files as resources
from pathlib import Path

from cmplt.domain.complaint import Misread
from cmplt.domain.period import Period
from cmplt.domain.restatements import Reported
from cmplt.errors import Problem
from cmplt.i18n import N_
from cmplt.storage.tree import Revision, Tree, text

REPORTS, TEMPLATES = "reports", "templates"
# What a report is made from.
SOURCES = ("cmplt.yaml", "complaints", "measures", TEMPLATES)
_MONTHLY = re.compile(r"(19|[2-8][0-9])[0-9]{2}-(0[1-9]|1[0-2])")  # in years that the calendar has
# Bytes; a report of ten thousand complaints has about two million.
LARGEST = 64 * 1024 * 1024
SHIPPED = ("report.html", "report.md", "report.css")


def committed(tree: Revision, *, before: date) -> tuple[list[Reported], list[Problem]]:
    """What the commit has as the reports of months that ended before a date, and a problem for each that is none."""
    top = tree.ledger.root / REPORTS
    found, problems = [], []
    for path in sorted(tree.files(top, ("report.json",))):
        month = path.parent.name
        if path != top / month / "report.json" or not _MONTHLY.fullmatch(month) or Period.month(month).last >= before:
            continue
        shown = f"{path.relative_to(tree.ledger.root)}"
        content = text(tree, path, shown, LARGEST)
        if isinstance(content, Problem):
            problems.append(content)
            continue
        try:
            found.append(Reported.read(month, json.loads(content)))
        except (ValueError, RecursionError, Misread):
            problems.append(Problem(shown, N_("is not the report of a month; nothing is compared with it"), "report"))
    return found, problems


def templates(tree: Tree, root: Path) -> dict[str, tuple[str, str | Problem]]:
    """Where each template stands, and its text: an office's own stands before the shipped one."""
    shipped = resources("cmplt.templates").joinpath("report")
    found: dict[str, tuple[str, str | Problem]] = {
        name: (name, shipped.joinpath(name).read_text(encoding="utf-8")) for name in SHIPPED
    }
    for folder in (root / TEMPLATES, root / TEMPLATES / "report"):
        for path in tree.files(folder, (".html", ".md", ".css")):
            shown = f"{path.relative_to(root)}"
            if path.parent == folder:
                found[path.name] = (shown, text(tree, path, shown))
            elif path in (folder, folder.parent):  # which cannot be looked into: nobody takes the shipped ones for it
                found |= dict.fromkeys(SHIPPED, (shown, text(tree, path, shown)))
    return found

"""What the commands that read have in common: all complaints as of an instant, and what could not be read."""

from collections.abc import Sequence
from datetime import datetime

import click

from cmplt.app import App
from cmplt.domain.cases import Case, cases
from cmplt.errors import Problem
from cmplt.output import messages


def cases_of(app: App, now: datetime) -> tuple[list[Case], list[Problem]]:
    """Every complaint that can be read, as of an instant, and a problem for each that cannot."""
    complaints, problems = app.book.all()
    return cases(complaints, app.policy, as_of=now), problems


def mention(problems: Sequence[Problem]) -> None:
    """Name on stderr the files that could not be read: a complaint never vanishes."""
    for each in problems:
        click.echo(messages.problem(each), err=True)

"""What is said after an entry for the sake of the next talk: phrases better not used, and the guides that fit."""

from collections.abc import Sequence
from dataclasses import replace

import click

from cmplt.app import App
from cmplt.domain import phrases
from cmplt.domain.complaint import Complaint, Event
from cmplt.domain.guides import fitting
from cmplt.i18n import _
from cmplt.output.messages import harmless, problem
from cmplt.storage import guides


def hints(app: App, entered: Sequence[Complaint], action: str) -> None:
    """Say on stderr which phrase of the policy's list went out, and which pages fit; neither stops anything."""
    events = [_last(complaint, action) for complaint in entered]
    for phrase in dict.fromkeys(each for event in events for _field, each in phrases.said(event, app.policy.phrases)):
        text = _("'{phrase}' is on the policy's list of what is not said to a customer")
        click.echo("  " + harmless(text.format(phrase=phrase)), err=True)
    found = guides.guides(app.tree, app.root)
    for each in guides.faulty(found):
        click.echo(problem(replace(each, level="warning")), err=True)
    named = {
        guide.name: None
        for complaint, event in zip(entered, events, strict=True)
        for guide in fitting(guides.sound(found), app.policy, app.policy.history(complaint).now, event)
    }
    for name in named:
        click.echo("  " + _("guide: {command}").format(command=f"cmplt guide {name}"), err=True)


def _last(complaint: Complaint, action: str) -> Event:
    """The event that the command has just written; with some actions another one follows it."""
    return next(event for event in reversed(complaint.events) if event.action == action)

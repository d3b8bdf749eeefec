"""Customers who come back, pointed out when a complaint of theirs is taken (design §6, `customer`)."""

import click

from cmplt.app import App
from cmplt.domain import repeats
from cmplt.domain.complaint import Complaint
from cmplt.i18n import _

NAMED = 5  # earlier complaints at most


def mention(app: App, complaint: Complaint) -> None:
    """Name the customer's earlier complaints, and say where they are too many in a short time."""
    facts, policy = complaint.facts, app.policy
    known = repeats.known_by(facts, policy)
    if known is None:
        return
    others = (policy.history(each).now for each in app.book.holding(lambda text: known in repeats.plain(text)))
    earlier = repeats.same_customer(facts, others, policy)
    if earlier:
        shown = ", ".join(f"{each.facts.id} ({_(str(each.status))})" for each in earlier[:NAMED])
        left = len(earlier) - NAMED
        shown += _(" and {count} more").format(count=left) if left > 0 else ""
        click.echo("  " + _("the same customer: {ids}").format(ids=shown), err=True)
    repeat = policy.repeat
    if repeat is None:
        return
    count = repeats.in_time(facts, earlier, repeat, app.calendar)
    if count >= repeat.count:
        text = _("complaint number {count} in {length}").format(count=count, length=repeat.within.text)
        if repeat.criterion and repeat.criterion not in facts.criteria:
            text += f": cmplt escalate {complaint.id} --criterion {repeat.criterion} --reason …"
        click.echo("  " + text, err=True)

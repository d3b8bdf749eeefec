"""followup: whether the customer is satisfied."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering, hand_back
from cmplt.commands.options import attended, due, pairs
from cmplt.domain.draft import Draft
from cmplt.domain.process import History
from cmplt.errors import BadOption, BadPair, OneOf
from cmplt.i18n import _

RESULTS = ("satisfied", "dissatisfied", "unreached")


@click.option("--satisfied", is_flag=True, help=_("The customer is satisfied: this closes it."))
@click.option("--dissatisfied", is_flag=True, help=_("Not satisfied: the next round begins."))
@click.option("--unreached", is_flag=True, help=_("Nobody was reached."))
@click.option("--early", is_flag=True, help=_("Although the time for it has not come."))
@click.option("--via", metavar="CHANNEL", help=_("How the customer was reached."))
@click.option("--rating", type=int, help=_("The customer's rating, 1 to the top of the scale."))
@click.option("--answers", "--answer", multiple=True, metavar="QUESTION=1…5", help=_("May be given several times."))
@click.option("--department", metavar="KEY", help=_("Dissatisfied: hand it to another department."))
@click.option("--owner", metavar="NAME", help=_("Dissatisfied: who sees to it there."))
@due
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Write down whether the customer is satisfied, --satisfied, --dissatisfied or --unreached.

    A dissatisfied customer starts the next round: the complaint goes straight back to the department that had
    it, with new deadlines.
    """
    for name in ("department", "owner", "due"):
        if fields[name] and fields["result"] != "dissatisfied":
            raise BadOption(option=f"--{name}", other=f"--{fields['result']}")
    due = app.time(fields["due"])
    answers = pairs(fields["answers"], "QUESTION=NUMBER")
    if not all(number.isascii() and number.isdigit() for number in answers.values()):
        raise BadPair(text=" ".join(fields["answers"]), form="QUESTION=NUMBER")
    own = {name: fields[name] for name in ("result", "via", "rating", "note")}
    own["answers"] = {question: int(number) for question, number in answers.items()} or None
    draft = Draft("followup", own, early=fields["early"])
    if fields["result"] != "dissatisfied":
        return [draft]
    return hand_back(draft, history, fields, due)


def _with_result(fields: Fields) -> Fields:
    results = [name for name in RESULTS if fields[name]]
    if not results and attended():
        results = [click.prompt(_("The customer is"), type=click.Choice(RESULTS), err=True)]
    if len(results) != 1:
        raise OneOf(options="--satisfied, --dissatisfied, --unreached", command="followup")
    return {**fields, "result": results[0]}


command = entering("followup", first=_with_result)(drafting)

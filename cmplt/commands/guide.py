"""guide: the know-how, on short pages."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

import click

from cmplt.app import App
from cmplt.commands.reading import mention
from cmplt.domain.guides import Guide
from cmplt.errors import FOUND, BadGuide, BadOption, NoGuideAbout, NotAnOffice, UnknownGuide
from cmplt.i18n import _
from cmplt.output import guides as pages
from cmplt.storage import guides
from cmplt.storage.tree import WorkTree


@click.command()
@click.argument("topic", required=False, metavar="[TOPIC]")
@click.option("--category", metavar="KEY", help=_("The pages about a category."))
@click.option("--approach", metavar="NAME", help=_("The page for an approach: passive, voicer, irate, activist."))
@click.option("--list", "listed", is_flag=True, help=_("Only the names and titles."))
@click.pass_context
def command(ctx: click.Context, topic: str | None, category: str | None, approach: str | None, listed: bool) -> None:
    """Show a page of the know-how: listening, offers, upset customers, crisis, diagnosis of defects.

    Alone it lists the pages. An office can override or add pages in templates/guides.
    """
    app: App = ctx.obj
    root = _root(app)
    found = guides.guides(app.tree if root else WorkTree(), root)
    given = {"TOPIC": topic, "--category": category, "--approach": approach}
    asked = [name for name, value in given.items() if value is not None]
    if len(asked) > 1:
        raise BadOption(option=asked[0], other=asked[1])
    if topic is not None:
        chosen: Sequence[Guide] = [_by_name(found, topic)]
    elif asked:
        option = asked[0].removeprefix("--")
        chosen = _about(guides.sound(found), option, given[asked[0]] or "")
    else:
        chosen, listed = guides.sound(found), True
        mention(guides.faulty(found))
    if listed:
        click.echo(pages.contents(chosen, app.language))
    else:
        policy = app.policy if root else None
        click.echo("\n\n".join(pages.page(guide, policy, app.language) for guide in chosen))
    if not asked and guides.faulty(found):
        ctx.exit(FOUND)


def _root(app: App) -> Path | None:
    """The office, if the command is called in one: the pages can be read anywhere."""
    try:
        return app.root
    except NotAnOffice:
        return None


def _by_name(found: guides.Guides, name: str) -> Guide:
    guide = found.get(name)
    if guide is None:
        near = [each for each in found if name and name in each.split("-")] or get_close_matches(name, found, n=1)
        raise UnknownGuide(name=name, near=near)
    if not isinstance(guide, Guide):
        raise BadGuide(problem=guide[0])
    return guide


def _about(found: Sequence[Guide], option: str, name: str) -> list[Guide]:
    chosen = [guide for guide in found if name in guide.about(option)]
    if not chosen:
        names = sorted({str(each) for guide in found for each in guide.about(option)})
        raise NoGuideAbout(option=option, name=name, near=get_close_matches(name, names, n=1), names=names)
    return chosen

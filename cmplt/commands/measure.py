"""measure: corrective and preventive measures, each step a command of its own."""

import importlib
from collections.abc import Mapping
from typing import Any

import click

from cmplt.i18n import N_, _

# The steps in their order: the module that has each (loaded when it is called), and its summary.
STEPS: Mapping[str, tuple[str, str]] = {
    "new": ("measure_new", N_("Propose a measure; prints its id.")),
    "approve": ("measure_steps", N_("Approve it.")),
    "decline": ("measure_steps", N_("Decline it.")),
    "start": ("measure_steps", N_("Begin to carry it out.")),
    "done": ("measure_steps", N_("Write down that it has been carried out.")),
    "verify": ("measure_steps", N_("Write down whether it works.")),
    "amend": ("measure_steps", N_("Correct facts; the old value stays in the record.")),
    "attach": ("measure_steps", N_("Add files to it.")),
    "list": ("measure_reading", N_("What is open, or what matches filters.")),
    "show": ("measure_reading", N_("One measure: facts, what is owed by when, events.")),
}


class Steps(click.Group):
    """The steps of the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(STEPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in STEPS:
            return None
        module = importlib.import_module(f"cmplt.commands.{STEPS[cmd_name][0]}")
        found: click.Command = module.STEPS[cmd_name]
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if not args[0].startswith("-") and args[0] not in STEPS:
            ctx.fail(_("There is no command '{name}'.").format(name=f"measure {args[0]}"))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(summary)) for name, (_module, summary) in STEPS.items()])


@click.group(cls=Steps)
def command() -> None:
    """Corrective and preventive measures: proposed, approved, carried out, verified by somebody else."""

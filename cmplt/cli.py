"""The command line: the table of commands, and the one place where an error becomes an exit code."""

import gc
import importlib
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from cmplt import __version__, i18n
from cmplt.errors import FOUND, INTERNAL, REPOSITORY, CmpltError, NotPrinted
from cmplt.i18n import N_, _

# What a person wants to do, and the commands that do it. A command's module is loaded only when it is called.
COMMANDS: Mapping[str, Mapping[str, str]] = {
    N_("Begin"): {
        "init": N_("Set up an office: policy, schemas, first commit."),
        "demo": N_("Build a sample office with its history, to play with."),
    },
    N_("Handle a complaint"): {
        "new": N_("Take a complaint; prints its id."),
        "assign": N_("Hand it to a department."),
        "respond": N_("Write down a talk with the customer."),
        "progress": N_("Report to the customer department how it goes."),
        "propose": N_("Write down what is offered to the customer."),
        "approve": N_("Approve the proposal."),
        "decline": N_("Decline the proposal."),
        "escalate": N_("Raise severity or urgency, or report it up."),
        "resolve": N_("Write down the outcome."),
        "followup": N_("Write down whether the customer is satisfied."),
        "reject": N_("Explain that it is not valid."),
        "close": N_("Close it although no agreement could be reached."),
        "reopen": N_("Take it up again."),
    },
    N_("Correct and add"): {
        "amend": N_("Correct facts; the old value stays in the record."),
        "adjust": N_("Add or take points of a department."),
        "task": N_("Give somebody a task in it."),
        "done": N_("Write down that a task is done."),
        "attach": N_("Add files: photos, signed papers."),
        "redact": N_("Blank personal data of what is closed."),
    },
    N_("Learn from it"): {
        "measure": N_("Corrective and preventive measures: new, approve, start, done, verify, list, show."),
    },
    N_("See where things stand"): {
        "list": N_("What is open, or what matches words and filters."),
        "show": N_("One complaint: facts, what is owed by when, events."),
        "overdue": N_("Who owes what and is past the time, to the second."),
        "report": N_("The month: charts, and the departments' scores."),
        "form": N_("A paper filled from the record, to print and sign."),
        "calendar": N_("A month's working days and hours, as the deadlines see them."),
        "log": N_("The audit trail of a complaint, from git."),
        "check": N_("Every file against schema, policy and process."),
        "audit": N_("The whole history: what was added, and whether anything else was done."),
        "guide": N_("Know-how on short pages, and which one fits."),
    },
    N_("Work together"): {
        "sync": N_("Fetch what other desks wrote, merge it, push what was written here."),
    },
}
# What git runs, and nobody types.
PLUMBING = ("merge-file",)


class Commands(click.Group):
    """The commands of the table, loaded when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for commands in COMMANDS.values() for name in commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in (*self.list_commands(ctx), *PLUMBING):
            return None
        command: click.Command = importlib.import_module(f"cmplt.commands.{cmd_name.replace('-', '_')}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        name = args[0]
        if not name.startswith("-") and name not in (*self.list_commands(ctx), *PLUMBING):
            near = get_close_matches(name, self.list_commands(ctx), n=1)
            guess = _(" Did you mean '{name}'?").format(name=near[0]) if near else ""
            ctx.fail(_("There is no command '{name}'.").format(name=name) + guess)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section, commands in COMMANDS.items():
            with formatter.section(_(section)):
                formatter.write_dl([(name, _(summary)) for name, summary in commands.items()])


def speak(ctx: click.Context, option: click.Parameter, language: str) -> str:
    """Speak the language asked for before a command is loaded: its help is made as it is."""
    i18n.use(language)
    return language


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_("'cmplt COMMAND --help' shows a command's options. First time here? Try: cmplt demo"),
)
@click.option("-C", "directory", metavar="DIR", default=".", help=_("Work as if started in DIR."))
@click.option(
    "--lang",
    type=click.Choice(["en", "zh"]),
    default="en",
    is_eager=True,
    callback=speak,
    help=_("The language of labels and sentences."),
)
@click.version_option(__version__, prog_name="cmplt")
@click.pass_context
def cli(ctx: click.Context, directory: str, lang: str) -> None:
    """Customer complaints from the shell: one YAML file each, in git, with exact deadlines and scores."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
        return
    from cmplt.app import App  # not before a command is called: --help loads nothing but click

    ctx.obj = App(Path(directory), lang, command=ctx.invoked_subcommand, **ctx.meta.get("cmplt.app", {}))


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit with the code of design §7."""
    gc.set_threshold(100_000)  # ten thousand complaints are many objects, and none of them garbage
    _stand_in()
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")
    try:
        code = run(args)
    except Exception as error:
        if os.environ.get("CMPLT_TRACEBACK"):
            raise
        click.echo(_("cmplt: this is a mistake of the program: {error!r}").format(error=str(error)[:300]), err=True)
        click.echo(_("Nothing else is known to be wrong. Report it with what CMPLT_TRACEBACK=1 shows."), err=True)
        code = INTERNAL
    sys.exit(code)


def _stand_in() -> None:
    """Put something in place of a stream that was closed (`>&-`): nothing comes from it, and nothing can be written.

    Else the next file to be opened would get its number, and what is printed into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDONLY)
            setattr(sys, name, os.fdopen(descriptor, "w" if number else "r", encoding="utf-8"))


def run(args: list[str] | None = None, **app: Any) -> int:
    """Run the command line with parts of the App replaced (a clock); returns the exit code."""
    from cmplt.output.messages import said
    from cmplt.output.screen import Screen

    out, err = Screen(sys.stdout), Screen(sys.stderr)
    with redirect_stdout(out), redirect_stderr(err):
        code = _run(args, app)
        problem = out.problem or err.problem
        if problem is None or code not in (0, FOUND):
            return code
        error = NotPrinted(problem=problem.strerror)
        click.echo("cmplt: {}\n{}".format(*said(error)), err=True)
        return error.exit_code


def _run(args: list[str] | None, app: Mapping[str, Any]) -> int:
    from cmplt.output.messages import said

    try:
        with cli.make_context("cmplt", list(sys.argv[1:] if args is None else args)) as ctx:
            ctx.meta["cmplt.app"] = app
            cli.invoke(ctx)
        return 0
    except click.exceptions.Exit as stop:
        return int(stop.exit_code)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except CmpltError as error:
        sentence, hint = said(error)
        click.echo(f"cmplt: {sentence}\n{hint}".rstrip(), err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("Stopped; nothing was written."), err=True)
        return 130
    except OSError as error:
        sentence = _("{path}: {problem}.").format(path=error.filename or "", problem=error.strerror or error)
        click.echo(f"cmplt: {sentence.removeprefix(': ')}", err=True)
        click.echo(_("See that the file is there, and that the disk has room and may be read and written."), err=True)
        return REPOSITORY

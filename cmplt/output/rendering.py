"""A report or a form through its templates: Jinja2, sandboxed, with everything that people wrote escaped."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from cmplt.errors import BadTemplate, Problem
from cmplt.i18n import _
from cmplt.output.document import Document
from cmplt.output.messages import harmless, sentence
from cmplt.output.paper import Paper
from cmplt.patience import Endless, at_most, within

# What Markdown takes for markup anywhere in a line; HTML in it would be taken for HTML.
_MARKS = re.compile(r"([\\`*_\[\]<>|&~#$])")

# What a template may take, which an office can bring itself: seconds of computing, and bytes. A year's report of
# ten thousand complaints takes a second and a few megabytes.
PATIENCE, ROOM = 20.0, 1 << 30

# Where each stands, and its text.
Templates = Mapping[str, tuple[str, str | Problem]]


def html(document: Document, templates: Templates, pictures: Mapping[str, str]) -> str:
    """The document as one self-contained page; `pictures` are its charts as SVG by name."""
    drawn = {name: Markup(picture) for name, picture in pictures.items()}
    return _rendered("report.html", document, templates, _for_html, autoescape=True, pictures=drawn)


def markdown(document: Document, templates: Templates) -> str:
    """The document as Markdown, its charts in the folder beside it."""
    return _rendered("report.md", document, templates, _for_markdown, autoescape=False)


def form_html(paper: Paper, templates: Templates) -> str:
    """A filled form as one self-contained page that prints on A4."""
    return _rendered("form.html", paper, templates, _for_html, autoescape=True)


def form_markdown(paper: Paper, templates: Templates) -> str:
    """A filled form as Markdown."""
    text = _rendered("form.md", paper, templates, _for_markdown, autoescape=False)
    return "".join(f"{line.rstrip()}\n" for line in text.rstrip().split("\n"))


def _rendered(
    name: str,
    document: Document | Paper,
    templates: Templates,
    finalize: Callable[[Any], Any],
    *,
    autoescape: bool,
    **more: Any,
) -> str:

    def load(each: str) -> tuple[str, str, None] | None:
        if each not in templates:
            return None
        place, text = templates[each]
        if isinstance(text, Problem):
            raise BadTemplate(where=f"{text.path}:{text.line}", problem=sentence(text))
        return text, place, None

    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load),
        autoescape=autoescape,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    try:
        with at_most(PATIENCE), within(ROOM):
            return environment.get_template(name).render(document=document, _=_, **more)
    except BadTemplate:
        raise
    except Endless:
        raise BadTemplate(where=templates[name][0], problem=_("it takes too long")) from None
    except TemplateSyntaxError as error:
        raise BadTemplate(where=f"{error.filename or error.name}:{error.lineno}", problem=error.message) from None
    except Exception as error:  # whatever somebody's template makes of the document
        raise BadTemplate(where=templates[name][0], problem=str(error) or type(error).__name__) from None


def _for_html(value: Any) -> Any:
    return value if isinstance(value, Markup) or not isinstance(value, str) else harmless(value)


def _for_markdown(value: Any) -> Any:
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return _MARKS.sub(r"\\\1", harmless(value)).replace("\n", " ")

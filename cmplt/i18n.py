"""The one way a sentence reaches a person: `_` translates it, `N_` marks one that is translated later."""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

_active: gettext.NullTranslations = gettext.NullTranslations()


def use(language: str) -> None:
    """Speak `language` (`en`, `zh`) from now on; English where there is no catalogue for it."""
    global _active
    _active = gettext.translation("cmplt", str(files("cmplt") / "locale"), [language], fallback=True)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language for as long as a report is written."""
    global _active
    before = _active
    use(language)
    try:
        yield
    finally:
        _active = before


def _(message: str) -> str:
    return _active.gettext(message)


def N_(message: str) -> str:  # noqa: N802 (the name that every extractor of gettext knows)
    return message

"""Sentences, numbers and dates in Swedish and English, for faces and kernels alike.

The words in the code are English; ``translations/sv.po`` holds the Swedish ones. The
catalogue is read as text at start, so that there is no compiled file to forget.
"""

from __future__ import annotations

import gettext as gettext_module
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import StrEnum
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol

CATALOGUES = Path(__file__).parent / "translations"
MINUS = "\N{MINUS SIGN}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


class Language(StrEnum):
    """The languages that readers can choose."""

    SWEDISH = "sv"
    ENGLISH = "en"


DEFAULT_LANGUAGE = Language.SWEDISH
LOCALES = {Language.SWEDISH: "sv_SE", Language.ENGLISH: "en_GB"}


def mark(message: str, *, context: str | None = None) -> str:  # noqa: ARG001 - read off the source
    """The message itself; marks a text for the catalogue that is translated later.

    A context is that of the ``pgettext`` which translates it.
    """
    return message


class Voice:
    """One language: translates sentences and writes numbers and dates.

    Build it with :func:`speak`, which keeps one per language.
    """

    def __init__(self, language: Language, catalogue: gettext_module.NullTranslations) -> None:
        self.language = language
        self.locale = LOCALES[language]
        self._catalogue = catalogue
        # Put to what Python writes: Babel, asked about each number, takes eight times as long.
        self._marks = str.maketrans(
            {",": get_group_symbol(self.locale), ".": get_decimal_symbol(self.locale)}
        )

    def gettext(self, message: str, /, **places: object) -> str:
        """The message in this language, its ``%(name)s`` places filled."""
        text = self._catalogue.gettext(message)
        return text % places if places else text

    def ngettext(self, singular: str, plural: str, n: int, /, **places: object) -> str:
        """The message for ``n`` things; ``%(n)s`` is the number as readers write it."""
        return self._catalogue.ngettext(singular, plural, n) % {"n": self.number(n, 0), **places}

    def pgettext(self, context: str, message: str, /, **places: object) -> str:
        """The message as meant in the given context (one word, two meanings)."""
        text = self._catalogue.pgettext(context, message)
        return text % places if places else text

    def pick(self, swedish: str | None, english: str | None) -> str:
        """The text in this language; Swedish stands in for missing English."""
        return (english if self.language is Language.ENGLISH and english else swedish) or ""

    def number(self, value: float, decimals: int, *, signed: bool = False) -> str:
        """A number with so many decimals, true minus and no-break spaces."""
        rounded = round(value, decimals)
        # By its shortest digits, since a large float's exact ones say more than anybody knows.
        text = format(Decimal(str(abs(rounded))), f",.{decimals}f").translate(self._marks)
        if rounded < 0:
            return MINUS + text
        if signed:
            return ("±" if rounded == 0 else "+") + text
        return text

    def percent(self, number: str) -> str:
        """A written number as per cent: 62,7 % with a space in Swedish, 62.7% without in English."""
        return f"{number}%" if self.language is Language.ENGLISH else f"{number}{NO_BREAK_SPACE}%"

    def day(self, day: date) -> str:
        """A day written out: 12 mars 2026, 12 March 2026."""
        return format_date(day, "d MMMM y", locale=self.locale)

    def moment(self, at: datetime, zone: tzinfo) -> str:
        """An instant in the reader's zone: 12 mars 2026 kl. 08:30."""
        between = "'kl.' HH:mm" if self.language is Language.SWEDISH else "'at' HH:mm"
        return format_datetime(at.astimezone(zone), f"d MMMM y {between}", locale=self.locale)

    def month(self, day: date) -> str:
        """The month's name: mars, March."""
        return format_date(day, "MMMM", locale=self.locale)


def speak(language: Language | str) -> Voice:
    """The voice of a language; anything unknown speaks the default language."""
    try:
        return voice_of(Language(language))
    except ValueError:
        return voice_of(DEFAULT_LANGUAGE)


@cache
def voice_of(language: Language) -> Voice:
    """The one voice of a language, its catalogue read when it first speaks."""
    return Voice(language, _catalogue_of(language))


def _catalogue_of(language: Language) -> gettext_module.NullTranslations:
    if language is Language.ENGLISH:
        return gettext_module.NullTranslations()  # the words of the code
    with (CATALOGUES / f"{language}.po").open("rb") as source:
        catalogue = read_po(source, locale=str(language))
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext_module.GNUTranslations(compiled)

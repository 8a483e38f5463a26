"""How a voice says sentences, numbers and days in Swedish and in English."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from impact import language
from impact.language import DEFAULT_LANGUAGE, Language, Voice, mark, speak, voice_of
from tests import words

SV, EN = speak("sv"), speak("en")
STOCKHOLM = ZoneInfo("Europe/Stockholm")

TINY = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "open"
msgstr "öppna"

msgctxt "state"
msgid "open"
msgstr "öppen"

msgid "%(n)s flag in %(place)s"
msgid_plural "%(n)s flags in %(place)s"
msgstr[0] "%(n)s flagga i %(place)s"
msgstr[1] "%(n)s flaggor i %(place)s"
"""


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder that catalogues are read from, by voices that have not spoken yet."""
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    voice_of.cache_clear()
    yield tmp_path
    voice_of.cache_clear()


@pytest.fixture
def tiny(catalogues: Path) -> Voice:
    """A Swedish voice with a catalogue of three entries."""
    (catalogues / "sv.po").write_text(TINY.lstrip(), encoding="utf-8")
    return speak("sv")


@pytest.mark.parametrize(
    ("value", "decimals", "swedish", "english"),
    [
        (0, 0, "0", "0"),
        (62.7, 1, "62,7", "62.7"),
        (62, 1, "62,0", "62.0"),
        (18641, 0, "18\u00a0641", "18,641"),
        (-18641.56, 1, "\u221218\u00a0641,6", "\u221218,641.6"),
        (1234567.891, 2, "1\u00a0234\u00a0567,89", "1,234,567.89"),
        (-3, 0, "\u22123", "\u22123"),
        (-0.04, 1, "0,0", "0.0"),
        (0.96, 1, "1,0", "1.0"),
        (0.00004, 4, "0,0000", "0.0000"),
        (
            1784697953507226.2,
            2,
            "1\u00a0784\u00a0697\u00a0953\u00a0507\u00a0226,20",
            "1,784,697,953,507,226.20",
        ),
    ],
)
def test_writes_a_number_as_its_readers_do(value: float, decimals: int, swedish: str, english: str) -> None:
    """True minus, no-break spaces or commas between thousands, and no minus before nothing."""
    assert SV.number(value, decimals) == swedish
    assert EN.number(value, decimals) == english


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (1.4, 1, "+1,4"),
        (-1.4, 1, "\u22121,4"),
        (0, 0, "±0"),
        (-0.04, 1, "±0,0"),
        (0.04, 1, "±0,0"),
        (2009, 0, "+2\u00a0009"),
    ],
)
def test_signs_a_number_when_it_is_a_change(value: float, decimals: int, said: str) -> None:
    """A change has a sign, and one that rounds to nothing has both."""
    assert SV.number(value, decimals, signed=True) == said


def test_writes_per_cent_as_its_readers_do() -> None:
    """Swedish keeps number and sign apart but on one line; English writes them together."""
    assert (SV.percent("62,7"), EN.percent("62.7")) == ("62,7\u00a0%", "62.7%")


def test_writes_a_day_and_a_month_in_full() -> None:
    """Days and months are words, never figures that can be read in two ways."""
    day = date(2026, 3, 1)
    assert (SV.day(day), EN.day(day)) == ("1 mars 2026", "1 March 2026")
    assert (SV.month(day), EN.month(day)) == ("mars", "March")


@pytest.mark.parametrize(
    ("at", "swedish", "english"),
    [
        (datetime(2026, 3, 12, 7, 30, tzinfo=UTC), "12 mars 2026 kl. 08:30", "12 March 2026 at 08:30"),
        (datetime(2026, 7, 1, 22, 5, tzinfo=UTC), "2 juli 2026 kl. 00:05", "2 July 2026 at 00:05"),
    ],
)
def test_writes_an_instant_when_the_reader_is_in_a_zone(at: datetime, swedish: str, english: str) -> None:
    """The clock on the reader's wall is told, in winter and in summer, the day with it."""
    assert SV.moment(at, STOCKHOLM) == swedish
    assert EN.moment(at, STOCKHOLM) == english


@pytest.mark.parametrize(
    ("swedish", "english", "in_swedish", "in_english"),
    [
        ("Trygghet", "Safety", "Trygghet", "Safety"),
        ("Trygghet", None, "Trygghet", "Trygghet"),
        ("Trygghet", "", "Trygghet", "Trygghet"),
        (None, "Safety", "", "Safety"),
        (None, None, "", ""),
    ],
)
def test_picks_the_text_of_its_language(
    swedish: str | None, english: str | None, in_swedish: str, in_english: str
) -> None:
    """Swedish stands in for missing English; English never stands in for Swedish."""
    assert SV.pick(swedish, english) == in_swedish
    assert EN.pick(swedish, english) == in_english


def test_fills_places_of_a_sentence() -> None:
    """The facts of a sentence stand where the language wants them."""
    said = {"high": "2020", "low": "2018"}
    assert SV.gettext("It levelled off between %(low)s and %(high)s.", **said) == (
        "Utplaningen skedde mellan 2018 och 2020."
    )
    assert EN.gettext("It levelled off between %(low)s and %(high)s.", **said) == (
        "It levelled off between 2018 and 2020."
    )


def test_leaves_a_sentence_alone_when_it_has_no_places() -> None:
    """A per cent sign is one where nothing is filled in; nothing is read into it."""
    assert SV.gettext("100 % of it") == "100 % of it"


@pytest.mark.parametrize(
    ("n", "swedish", "english"),
    [
        (0, "0 flaggor i Lextorp", "0 flags in Lextorp"),
        (1, "1 flagga i Lextorp", "1 flag in Lextorp"),
        (2, "2 flaggor i Lextorp", "2 flags in Lextorp"),
        (1200, "1\u00a0200 flaggor i Lextorp", "1,200 flags in Lextorp"),
    ],
)
def test_counts_things_in_words_and_figures(tiny: Voice, n: int, swedish: str, english: str) -> None:
    """One thing is singular, none and several are plural, and the number is written as readers do."""
    ids = "%(n)s flag in %(place)s", "%(n)s flags in %(place)s"
    assert tiny.ngettext(*ids, n, place="Lextorp") == swedish
    assert EN.ngettext(*ids, n, place="Lextorp") == english


def test_tells_meanings_apart_when_a_word_has_two(tiny: Voice) -> None:
    """The context decides; English needs no catalogue for it."""
    assert (tiny.gettext("open"), tiny.pgettext("state", "open")) == ("öppna", "öppen")
    assert EN.pgettext("state", "open") == "open"


def test_says_the_english_words_when_a_text_is_not_in_the_catalogue(tiny: Voice) -> None:
    """A missing translation is a flaw, not a failure."""
    assert tiny.gettext("closed") == "closed"


@pytest.mark.parametrize("asked", ["", "de", "sv_SE", "EN", "../en"])
def test_speaks_the_default_language_when_asked_for_an_unknown_one(asked: str) -> None:
    """Whoever asks for a language that there is not is spoken to in Swedish."""
    assert speak(asked).language is DEFAULT_LANGUAGE is Language.SWEDISH


def test_keeps_one_voice_for_each_language() -> None:
    """The catalogue is read once, however often somebody speaks."""
    assert speak("sv") is speak(Language.SWEDISH) is speak("unknown")
    assert speak("sv") is not speak("en")


def test_marks_a_text_without_changing_it() -> None:
    """What is marked for the catalogue is the text itself, with or without its meaning."""
    assert mark("Improving") == mark("Improving", context="trend") == "Improving"


def test_refuses_to_speak_swedish_when_its_catalogue_is_gone(catalogues: Path) -> None:
    """An installation without its catalogue stops instead of saying everything in English."""
    with pytest.raises(FileNotFoundError):
        speak("sv")
    assert speak("en").gettext("Improving") == "Improving"
    shutil.copy(words.CATALOGUE, catalogues)
    assert speak("sv").gettext("Improving") == "Förbättras"

"""Every text that readers see is there in Swedish, whole and well set."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from jinja2 import Environment

from tests import words

# Swedish and English say these alike, as they do what has no words at all.
ALIKE = {
    "Administration",
    "Definition",
    "Filter",
    "Impact",
    "Organisation",
    "Period",
    "Person",
    "Region",
    "Status",
    "Test:",
    "Trend",
    "Trend %(slope)s",
    "Version %(number)s",
    "kronor",
    "version %(number)s",
}
# A macro that writes half a tag says these.
ATTRIBUTES = {"required", "aria", "invalid", "true", "describedby"}
TEMPLATES = sorted((words.ROOT / "templates").rglob("*.*"))
CALLS = words.calls()
TEXTS = [text for call in CALLS for text in call.texts()]
CATALOGUE = words.catalogue()
ENTRIES = [entry for entry in CATALOGUE if entry.id]
# One word for each thing (docs/words.md): the word that is not used, and the one that is.
AVOIDED = {
    "utgångsläge": "utgångsvärde",
    "målnivå": "målvärde",
    "mätvärde": "mätning, värde",
    "datapunkt": "mätning",
    "nedbrytning": "uppdelning",
    "larm": "flagga",
    "avisering": "meddelande",
    "notis": "meddelande",
    "mail": "mejl, e-post",
    "tavlan": "Läget",
    "fiktiv": "påhittad",
}
PLACE = re.compile(r"%\((\w+)\)([sd])")


def both(entry: Message) -> list[tuple[str, str]]:
    """English and Swedish of an entry, each plural form a pair."""
    if isinstance(entry.id, str):
        return [(entry.id, str(entry.string))]
    return list(zip(entry.id, entry.string, strict=True))


def is_wordless(text: str) -> bool:
    return not any(sign.isalpha() for sign in PLACE.sub("", text))


def end_of(text: str) -> str:
    return text[-1:] if text[-1:] in ".:?!" else ""


def own_words(source: str) -> set[str]:
    """The words that a template shows without asking the catalogue."""
    data = "\0".join(text for _, kind, text in Environment().lex(source) if kind == "data")
    shown = re.sub(r"<style.*?</style>|<!--.*?-->|&\w+;", "", data, flags=re.DOTALL)
    aloud = " ".join(re.findall(r'\b(?:alt|title|aria-label|placeholder)="([^"\0]*)"', shown))
    between = re.sub(r"<[^>]*>", " ", shown)
    return set(re.findall(r"[^\W\d_]{2,}", f"{between} {aloud}")) - ATTRIBUTES


def test_every_text_has_a_translation() -> None:
    """No reader of Swedish meets an English sentence; `make words` prints what to fill in."""
    assert [f"{text.where}: {text.id}" for text in words.missing(TEXTS, CATALOGUE)] == []


def test_every_translation_has_a_text() -> None:
    """The catalogue holds nothing that no code and no template says."""
    assert words.unused(TEXTS, CATALOGUE) == []


def test_one_thing_has_one_word_in_swedish() -> None:
    """No translation uses a word beside the one that readers know the thing by."""
    strayed = [
        f"{swedish}: {AVOIDED[word]}"
        for entry in ENTRIES
        for _, swedish in both(entry)
        for word in AVOIDED
        if word in PLACE.sub("", swedish.lower())
    ]
    assert strayed == []


def test_every_text_can_be_found_where_it_is_spoken() -> None:
    """A call that translates has its text literally there, or text that was marked."""
    hidden = [f"{call.where}: {call.function}" for call in CALLS if not call.is_readable]
    assert hidden == []


def test_one_text_is_one_entry_when_it_has_a_plural() -> None:
    """The same words are never said once with and once without a plural, or with two."""
    plurals: dict[tuple[str | None, str], set[str | None]] = {}
    for text in TEXTS:
        plurals.setdefault(text.key, set()).add(text.plural)
    assert [key for key, found in plurals.items() if len(found) > 1] == []


def test_catalogue_holds_each_text_once_and_sure() -> None:
    """No entry stands twice, is fuzzy, or was left behind as obsolete."""
    raw = words.CATALOGUE.read_text(encoding="utf-8")
    n_entries = len(re.findall(r"^msgid ", raw, re.MULTILINE)) - 1
    assert n_entries == len(ENTRIES)
    assert not CATALOGUE.fuzzy
    assert not [entry.id for entry in ENTRIES if entry.fuzzy]
    assert not CATALOGUE.obsolete


def test_catalogue_has_the_plural_forms_of_swedish() -> None:
    """One thing has the first form, none and several the second; each entry has both."""
    assert CATALOGUE.plural_expr == "(n != 1)"
    plural = [entry for entry in ENTRIES if not isinstance(entry.id, str)]
    assert plural
    assert all(len(entry.string) == 2 and all(entry.string) for entry in plural)


# Every text with its translation, each plural form by itself.
PAIRS = [(entry, english, swedish) for entry in ENTRIES for english, swedish in both(entry)]


def test_translations_fit_their_texts() -> None:
    """Places are the same, they can be filled, and the sentence ends the same way."""
    for entry, english, swedish in PAIRS:
        places = set(PLACE.findall(english))
        found = set(PLACE.findall(swedish))
        # One thing may be a word in one language and a figure in the other.
        may_differ = {("n", "s")} if not isinstance(entry.id, str) else set()
        assert found - may_differ == places - may_differ, english
        facts = {name: 1 for name, _ in places | found}
        if facts:
            assert "%(" not in english % facts + swedish % facts, english
        else:
            assert "%%" not in english + swedish, english
        assert end_of(english) == end_of(swedish), english
        assert swedish == swedish.strip(), english
        begins_alike = swedish[:1].isupper() == english[:1].isupper()
        assert swedish == english or begins_alike or english[0] in "“%Q", english


def test_translations_are_set_as_swedish_is() -> None:
    """Swedish quotes, no straight ones, no double spaces, and words of its own."""
    for entry, english, swedish in PAIRS:
        assert not set(swedish) & set("\"'“‘"), swedish
        assert "  " not in swedish, swedish
        assert "..." not in swedish, swedish
        is_alike = is_wordless(english) or (english in ALIKE and entry.context is None)
        assert (swedish == english) == is_alike, swedish


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(words.ROOT)))
def test_template_says_no_words_past_the_catalogue(template: Path) -> None:
    """Between its tags a template has no words of its own but the product's name."""
    assert own_words(template.read_text(encoding="utf-8")) <= {"Impact"}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Open the board</p>", {"Open", "the", "board"}),
        ('<img alt="Picture">', {"Picture"}),
        ('<p class="soft">{{ _("Open") }} · {# note #}</p><!-- for Outlook -->', set()),
        ('<style>p { color: red }</style>{{ "<p>" }}&nbsp;', set()),
    ],
)
def test_sees_words_that_stand_in_a_template(source: str, found: set[str]) -> None:
    """Words between tags and in what is read aloud are seen, the rest is not."""
    assert own_words(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('voice.gettext("One %(n)s", n=1)', [("One %(n)s", None, None)]),
        ('voice.gettext("One " "and two")', [("One and two", None, None)]),
        ('voice.gettext("One" if n else "Two")', [("One", None, None), ("Two", None, None)]),
        ('voice.ngettext("One", "Many", n)', [("One", "Many", None)]),
        ('voice.pgettext("month", "May")', [("May", None, "month")]),
        ('WORD = mark("May", context="month")', [("May", None, "month")]),
        ('raise Invalid("No such day.", field="day")', [("No such day.", None, None)]),
        ('raise MigrationError("No such day.")', [("No such day.", None, None)]),
        ('raise SettingsError("No such day.")', []),
        ('raise ValueError("no such day")', []),
    ],
)
def test_finds_texts_in_code(source: str, found: list[tuple[str, str | None, str | None]]) -> None:
    """Each way in which code says a text is known."""
    texts = [text for call in words.calls_in(source, "x.py") for text in call.texts()]
    assert [(text.id, text.plural, text.context) for text in texts] == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{{ _("One %(n)s", n=1) }}', [("One %(n)s", None, None)]),
        ('{{ _("One") if n else _("Two") }}', [("One", None, None), ("Two", None, None)]),
        ('{{ _("One" if n else "Two") }}', [("One", None, None), ("Two", None, None)]),
        ('{% call row(_("One")) %}{{ ngettext("Two", "Many", n) }}{% endcall %}',
         [("One", None, None), ("Two", "Many", None)]),
        ('{{ pgettext("month", "May") }}', [("May", None, "month")]),
        ('{% trans n=n %}One {{ n }}{% pluralize %}Many {{ n }}{% endtrans %}',
         [("One %(n)s", "Many %(n)s", None)]),
        ('{# _("no") #}{{ "no" }}', []),
    ],
)  # fmt: skip
def test_finds_texts_in_templates(source: str, found: list[tuple[str, str | None, str | None]]) -> None:
    """Each way in which a template says a text is known."""
    texts = [text for call in words.template_calls_in(source, "x.html") for text in call.texts()]
    assert sorted((text.id, text.plural, text.context) for text in texts) == found


@pytest.mark.parametrize(
    ("source", "is_readable"),
    [
        ('voice.gettext(f"Until {day}")', False),
        ('voice.gettext("Until " + day)', False),
        ('voice.gettext("Until {}".format(day))', False),
        ("voice.gettext(words)", False),
        ('WORDS = {1: "One"}\nvoice.gettext(WORDS[1])', False),
        ('WORDS = {1: mark("One"), 2: "Two"}\nvoice.gettext(WORDS[1])', False),
        ('raise Invalid(f"No {day}.")', False),
        ('WORDS = {1: mark("One"), 2: mark("Two")}\nvoice.gettext(WORDS[1])', True),
        ('word = mark("One") if n else mark("Two")\nvoice.gettext(word)', True),
        ('def word():\n    return mark("One")\nvoice.gettext(word())', True),
        ('W = {1: (mark("One"), "worse")}\nword, _ = W[1]\nvoice.gettext(word)', True),
        ('W = {1: (mark("One"), "worse")}\n_, word = W[1]\nvoice.gettext(word)', False),
        ("voice.gettext(error.message, **error.facts)", True),
        ("from impact.trend.sentences import _VERDICTS\nvoice.gettext(_VERDICTS[verdict])", True),
    ],
)
def test_sees_texts_that_cannot_be_found(source: str, is_readable: bool) -> None:
    """A text put together while running is refused, one marked before is not."""
    spoken = [call for call in words.calls_in(source, "x.py") if call.function != "mark"]
    assert [call.is_readable for call in spoken] == [is_readable]

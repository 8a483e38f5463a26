"""The sentence of each outcome, in both languages."""

from __future__ import annotations

import pytest

from impact.language import Language, speak
from impact.trend.comparing import Comparison
from impact.trend.comparison import Outcome
from impact.trend.comparison_sentences import comparison_sentence
from impact.trend.verdict import Level, TrendAnalysis, Verdict

DIFFERENCE = TrendAnalysis(Verdict.FLAT, Level.NONE, False, 12)


@pytest.mark.parametrize(
    ("outcome", "p", "swedish", "english"),
    [
        (
            Outcome.ON_ITS_OWN,
            0.031,
            "Norrköpings kommun vände inte samtidigt: vändningen är projektets egen (p = 0,03).",
            "Norrköpings kommun did not turn at the same time: the turn is the project's own (p = 0.03).",
        ),
        (
            Outcome.ON_ITS_OWN,
            0.0004,
            "Norrköpings kommun vände inte samtidigt: vändningen är projektets egen (p < 0,01).",
            "Norrköpings kommun did not turn at the same time: the turn is the project's own (p < 0.01).",
        ),
        (
            Outcome.WITH_REFERENCE,
            0.4,
            "Norrköpings kommun vände åt samma håll vid ungefär samma tid: "
            "vändningen är inte bara projektets.",
            "Norrköpings kommun turned the same way at about the same time: "
            "the turn is not the project's alone.",
        ),
        (
            Outcome.CANNOT_TELL,
            0.3,
            "Det går inte att säga om Norrköpings kommun vände samtidigt.",
            "It cannot be told whether Norrköpings kommun turned at the same time.",
        ),
        (
            Outcome.NOT_COMPARABLE,
            None,
            "Kan inte jämföras med Norrköpings kommun: annan enhet, andra perioder "
            "eller för få gemensamma värden.",
            "Cannot be compared with Norrköpings kommun: another unit or other periods, "
            "or too few values in common.",
        ),
        (Outcome.NOT_TURNED, None, "", ""),
    ],
)
def test_says_plainly_when_an_outcome_is_told(outcome, p, swedish, english):
    """Each outcome has its words; a series that has not turned is not spoken of."""
    comparison = Comparison(outcome, 12, DIFFERENCE, p)
    for language, expected in ((Language.SWEDISH, swedish), (Language.ENGLISH, english)):
        assert comparison_sentence(comparison, "Norrköpings kommun", speak(language)) == expected


def test_has_words_for_each_outcome():
    """No outcome but "has not turned" is silent."""
    voice = speak(Language.SWEDISH)
    silent = {
        each for each in Outcome if not comparison_sentence(Comparison(each, 9, DIFFERENCE, 0.1), "x", voice)
    }
    assert silent == {Outcome.NOT_TURNED}

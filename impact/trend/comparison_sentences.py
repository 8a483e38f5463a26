"""What people read of a comparison: turned on its own, or with the reference line."""

from __future__ import annotations

from impact.language import Voice, mark
from impact.trend.comparing import Comparison
from impact.trend.comparison import Outcome

SMALLEST_P = 0.01

_SENTENCES = {
    Outcome.ON_ITS_OWN: mark(
        "%(name)s did not turn at the same time: the turn is the project's own (%(p)s)."
    ),
    Outcome.WITH_REFERENCE: mark(
        "%(name)s turned the same way at about the same time: the turn is not the project's alone."
    ),
    Outcome.CANNOT_TELL: mark("It cannot be told whether %(name)s turned at the same time."),
    Outcome.NOT_COMPARABLE: mark(
        "Cannot be compared with %(name)s: another unit or other periods, or too few values in common."
    ),
}


def comparison_sentence(comparison: Comparison, name: str, voice: Voice) -> str:
    """Whether the turn is the project's own, in a sentence; empty where nothing turned.

    Args:
        comparison: what a series beside its reference line came to.
        name: what the reference line is called in the voice's language.
        voice: the language to speak.
    """
    words = _SENTENCES.get(comparison.outcome)
    if words is None:
        return ""
    text = voice.gettext(words, name=name, p=_p_words(comparison.p, voice))
    return text[:1].upper() + text[1:]


def _p_words(p: float | None, voice: Voice) -> str:
    """A p in two decimals: p = 0,03; p < 0,01."""
    if p is None:
        return ""
    if p < SMALLEST_P:
        return f"p < {voice.number(SMALLEST_P, 2)}"
    return f"p = {voice.number(p, 2)}"

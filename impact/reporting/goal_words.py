"""How far a goal has come, in words made from its indicators and milestones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from impact.language import Voice
from impact.monitoring.project_view import GoalView
from impact.registry.project_tables import Milestone
from impact.semantics.progress import Standing
from impact.trend.verdict import Verdict

GOOD = frozenset({Verdict.IMPROVING, Verdict.REVERSED_TO_BETTER})
BAD = frozenset({Verdict.WORSENING, Verdict.REVERSED_TO_WORSE})

# What it means to stand so against a target; the others mean neither.
STANDING_MEANINGS = {
    Standing.MET: "better",
    Standing.ON_TRACK: "better",
    Standing.WRONG_WAY: "worse",
    Standing.MISSED: "worse",
}


def goal_progress(view: GoalView, voice: Voice) -> tuple[str, str | None]:
    """Words for a goal's progress, and what they mean: better, worse or neither.

    Nothing is weighed: it counts how the indicators stand against their targets, and where
    none has a target, which go the right way.
    """
    told = _standings(view, voice)
    if told is not None:
        return told
    verdicts = [card.summary.verdict for card in view.cards]
    if not verdicts:
        reached = [milestone for milestone in view.milestones if milestone.reached_on]
        if view.milestones and len(reached) == len(view.milestones):
            return voice.gettext("reached"), "better"
        return "", None
    return _directions(verdicts, voice)


def _standings(view: GoalView, voice: Voice) -> tuple[str, str | None] | None:
    """How the indicators with a target stand: 2 targets met, one behind; None where none can be judged."""
    ids = {card.summary.series_id for card in view.cards}
    standings = [told.standing for number, told in view.progress.items() if number in ids]
    n = Counter(standings)
    n_lost = n[Standing.MISSED] + n[Standing.OUT_OF_REACH]
    told = [
        (n[Standing.MET], voice.ngettext("one target met", "%(n)s targets met", n[Standing.MET]), "better"),
        (
            n[Standing.ON_TRACK],
            voice.ngettext("one on track", "%(n)s on track", n[Standing.ON_TRACK]),
            "better",
        ),
        (n[Standing.BEHIND], voice.ngettext("one behind", "%(n)s behind", n[Standing.BEHIND]), None),
        (
            n[Standing.WRONG_WAY],
            voice.ngettext("one going the wrong way", "%(n)s going the wrong way", n[Standing.WRONG_WAY]),
            "worse",
        ),
        (
            n_lost,
            voice.ngettext("one target missed or out of reach", "%(n)s missed or out of reach", n_lost),
            "worse",
        ),
    ]
    there = [(words, meaning) for count, words, meaning in told if count]
    if not there:
        return None
    meanings = {meaning for _, meaning in there}
    return ", ".join(words for words, _ in there), meanings.pop() if len(meanings) == 1 else None


def _directions(verdicts: Sequence[Verdict | None], voice: Voice) -> tuple[str, str | None]:
    """Which indicators without a target go the right way."""
    n_good = sum(verdict in GOOD for verdict in verdicts)
    n_bad = sum(verdict in BAD for verdict in verdicts)
    if n_bad and not n_good:
        return voice.gettext("going the wrong way"), "worse"
    if n_good and not n_bad:
        if n_good == len(verdicts):
            return voice.gettext("going the right way"), "better"
        n_all = voice.number(len(verdicts), 0)
        return voice.ngettext(
            "%(n)s of %(all)s is going the right way",
            "%(n)s of %(all)s are going the right way",
            n_good,
            all=n_all,
        ), "better"
    if n_good and n_bad:
        return voice.gettext(
            "%(good)s the right way, %(bad)s the wrong way",
            good=voice.number(n_good, 0),
            bad=voice.number(n_bad, 0),
        ), None
    return voice.gettext("no clear direction"), None


def milestone_state(milestone: Milestone, voice: Voice) -> str:
    """Where a milestone stands, with its day: Reached 12 March 2026."""
    if milestone.reached_on:
        return voice.gettext("Reached %(day)s", day=voice.day(milestone.reached_on))
    if milestone.due_on:
        return voice.gettext("Due %(day)s", day=voice.day(milestone.due_on))
    return voice.gettext("Not reached")

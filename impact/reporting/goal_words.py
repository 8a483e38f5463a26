"""How far a goal has come, in words made from its indicators and milestones."""

from __future__ import annotations

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

    Nothing is weighed: it counts which indicators go the right way.
    """
    verdicts = [card.summary.verdict for card in view.cards]
    reached = [milestone for milestone in view.milestones if milestone.reached_on]
    if not verdicts:
        if view.milestones and len(reached) == len(view.milestones):
            return voice.gettext("reached"), "better"
        return "", None
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

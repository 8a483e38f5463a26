"""The words for what is planned: statuses and levels."""

from __future__ import annotations

from impact.language import Voice, mark
from impact.registry.project_tables import GoalLevel, ProjectStatus

STATUSES = {
    ProjectStatus.PLANNED: mark("Planned"),
    ProjectStatus.ONGOING: mark("Ongoing"),
    ProjectStatus.FINISHED: mark("Finished"),
    ProjectStatus.ARCHIVED: mark("Archived"),
}
GOAL_LEVELS = {
    GoalLevel.OUTPUT: mark("Output", context="goal level"),
    GoalLevel.OUTCOME: mark("Outcome", context="goal level"),
    GoalLevel.IMPACT: mark("Impact", context="goal level"),
}


def status_words(status: ProjectStatus, voice: Voice) -> str:
    """Where a project stands."""
    return voice.gettext(STATUSES[status])


def goal_level_words(level: GoalLevel, voice: Voice) -> str:
    """How far along the chain of results a goal lies."""
    return voice.pgettext("goal level", GOAL_LEVELS[level])

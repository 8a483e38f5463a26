"""From an empty plan to a first chart: which steps are done, and what comes next."""

from __future__ import annotations

from typing import Any

from flask import url_for

from impact.language import Voice
from impact.registry.plan_view import ProjectPlan


def next_step(plan: ProjectPlan, voice: Voice) -> dict[str, str]:
    """One sentence on what to do next, and the button that leads there; empty once all is there."""
    slug = plan.project.slug
    if not plan.goals:
        return {
            "text": voice.gettext(
                "Begin with the first goal: what is to become better? "
                "Then choose indicators that show whether it does."
            ),
            "href": url_for("planned.new", slug=slug, sort="goals"),
            "action": voice.gettext("Add the first goal"),
        }
    bare = next((one.goal for one in plan.goals if not one.indicators), None)
    if bare is not None:
        return {
            "text": voice.gettext(
                "How will you see whether “%(goal)s” is reached? "
                "Add an indicator that is measured regularly.",
                goal=voice.pick(bare.title_sv, bare.title_en),
            ),
            "href": url_for("indicator_making.new_of_goal", goal_id=bare.id),
            "action": voice.gettext("Add an indicator"),
        }
    if not plan.n_measurements:
        return {
            "text": voice.gettext("The plan stands. Enter the first values to see a chart."),
            "href": url_for("entry.overview"),
            "action": voice.gettext("Enter values"),
        }
    return {}


def steps_of(plan: ProjectPlan, voice: Voice) -> list[dict[str, Any]]:
    """The steps of a new project as a list with marks; empty once values have been entered."""
    if plan.n_measurements:
        return []
    done, waits = voice.gettext("Done"), voice.gettext("Next")
    later = voice.gettext("Later")
    steps = [
        (voice.gettext("The project has a title and a category"), True),
        (voice.gettext("It has a goal"), bool(plan.goals)),
        (
            voice.gettext("Each goal has an indicator"),
            bool(plan.goals) and all(one.indicators for one in plan.goals),
        ),
        (voice.gettext("The first values are entered"), False),
    ]
    first = next(place for place, (_, is_done) in enumerate(steps) if not is_done)
    return [
        {
            "title": title,
            "state": done if is_done else waits if place == first else later,
            "reached": is_done,
        }
        for place, (title, is_done) in enumerate(steps)
    ]

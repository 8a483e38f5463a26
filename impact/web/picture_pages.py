"""Pictures of many indicators: of a project, of the portfolio, of one definition, of both sexes."""

from __future__ import annotations

from flask import Blueprint, Response

from impact.accounts.permissions import Action
from impact.reporting.many_pictures import sexes_of_indicator
from impact.reporting.whole_pictures import definition_picture, portfolio_picture, project_picture
from impact.request_scope import current_actor, current_session
from impact.web.guards import needs
from impact.web.known_days import instant_of, known_day
from impact.web.picture_answers import asked_voice, picture_answer
from impact.web.portfolio_pages import asked_filters

pages = Blueprint("pictures", __name__)


@pages.get("/projects/<slug>/<any(charts, dots):picture>.<any(svg, png):form>")
@needs(Action.SEE)
def of_project(slug: str, picture: str, form: str) -> Response:
    """A project's indicators as small charts, or between baseline and target."""
    known_at = instant_of(known_day())
    made = project_picture(
        current_session(),
        current_actor(),
        slug,
        picture,
        asked_voice(),
        known_at=known_at,
    )
    return picture_answer(made, form)


@pages.get("/portfolio/<any(strip, charts, dots):picture>.<any(svg, png):form>")
@needs(Action.SEE)
def of_portfolio(picture: str, form: str) -> Response:
    """The indicators of the portfolio, narrowed by the same filters as its page."""
    made = portfolio_picture(current_session(), current_actor(), asked_filters(), picture, asked_voice())
    return picture_answer(made, form)


@pages.get("/definitions/<definition_slug>/<any(charts, dots):picture>.<any(svg, png):form>")
@needs(Action.SEE)
def of_definition(definition_slug: str, picture: str, form: str) -> Response:
    """The same indicator in each project, to one scale."""
    made = definition_picture(current_session(), current_actor(), definition_slug, picture, asked_voice())
    return picture_answer(made, form)


@pages.get("/indicators/<int:indicator_id>/sexes.<any(svg, png):form>")
@needs(Action.SEE)
def of_sexes(indicator_id: int, form: str) -> Response:
    """An indicator for both sexes side by side; the total where it is not split by sex."""
    known_at = instant_of(known_day())
    made = sexes_of_indicator(
        current_session(), current_actor(), indicator_id, asked_voice(), known_at=known_at
    )
    return picture_answer(made, form)

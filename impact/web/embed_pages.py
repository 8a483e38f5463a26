"""A chart for the pages of others: a frame that runs nothing and shows what everybody may see."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for
from markupsafe import Markup

from impact.charts.content import IndicatorChart
from impact.registry.indicator_tables import TOTAL
from impact.registry.lookup import SeriesPlace
from impact.registry.project_tables import Visibility
from impact.reporting.public_view import public_picture
from impact.request_scope import current_session, installation
from impact.web.guards import public
from impact.web.headers import FRAMED_POLICY
from impact.web.picture_answers import asked_voice, shown_picture

pages = Blueprint("embedded", __name__)


@pages.get("/open/<slug>/indicators/<int:indicator_id>/embed")
@public
def show(slug: str, indicator_id: int) -> Response:
    """The chart of an indicator of a public project, and the way to its page."""
    voice = asked_voice()
    least_n = installation().settings.public_least_n
    picture = public_picture(current_session(), slug, indicator_id, voice, least_n)
    response = Response(
        render_template(
            "open/embed.html",
            language=voice.language,
            name=picture.indicator,
            chart=shown_picture(picture, "open.chart", voice, slug=slug, indicator_id=indicator_id),
            words=voice.gettext("Values and source at Impact"),
            href=url_for("open.indicator", slug=slug, indicator_id=indicator_id),
        )
    )
    response.headers["Content-Security-Policy"] = FRAMED_POLICY
    return response


def embedding_of(place: SeriesPlace, picture: IndicatorChart) -> str | None:
    """What to copy into a page in order to show the chart there; None where not everybody may see it."""
    project = place.project
    if project is None or project.visibility is not Visibility.PUBLIC or place.series.disaggregation != TOTAL:
        return None
    return snippet_of(project.slug, place.indicator.id, picture)


def snippet_of(slug: str, indicator_id: int, picture: IndicatorChart) -> str:
    """The frame, as it is written into a page."""
    path = url_for("embedded.show", slug=slug, indicator_id=indicator_id, language=picture.voice.language)
    address = installation().settings.public_url + path
    frame = Markup(
        '<iframe src="{}" title="{}" width="100%" height="540" frameborder="0" loading="lazy"></iframe>'
    )
    return str(frame.format(address, picture.indicator))

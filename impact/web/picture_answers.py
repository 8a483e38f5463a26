"""Pictures as answers: drawn once for each change, then sent from where they are kept."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Response, request, url_for
from sqlalchemy.exc import IntegrityError, OperationalError

from impact.charts.content import IndicatorChart
from impact.charts.pictures import Picture, alt_of, png_of, size_of, svg_of
from impact.charts.points import points_of
from impact.charts.style import DARK, LIGHT, NARROW_DARK, NARROW_LIGHT, PRINT, ChartStyle
from impact.errors import NotFound
from impact.language import Language, Voice, speak
from impact.reporting.drawn import keep_pictures, kept_pictures, picture_key
from impact.request_scope import current_session, current_voice, installation, now
from impact.request_scope.transaction import roll_back
from impact.web.headers import PICTURE_POLICY

STYLES = {
    "light": LIGHT,
    "dark": DARK,
    "narrow": NARROW_LIGHT,
    "narrow-dark": NARROW_DARK,
    "print": PRINT,
}
# As wide as a page's column, whose words are as large as the picture's then.
PAGE_SCALE = 1.44


def asked_voice() -> Voice:
    """The voice that the address asks for, else the reader's."""
    language = request.args.get("language", "")
    return speak(language) if language in list(Language) else current_voice()


def _asked_style() -> ChartStyle:
    """The look that the address asks for.

    Raises:
        NotFound: there is none of that name.
    """
    look = request.args.get("look", "light")
    if look not in STYLES:
        raise NotFound("There is no such style.")
    return STYLES[look]


def picture_answer(picture: Picture, form: str) -> Response:
    """The picture as SVG, or as PNG at double size, in the look that the address asks for.

    The tag says all that is drawn, by which release, and how. Whoever has the picture gets no
    second one; nobody else waits for it to be drawn again.
    """
    style = _asked_style()
    key = picture_key(picture, style, form)
    response = Response(mimetype="image/svg+xml" if form == "svg" else "image/png")
    response.set_etag(key[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    response.make_conditional(request)
    if response.status_code != 304:
        content = kept_pictures(current_session(), [key]).get(key)
        response.set_data(content or _drawn(picture, style, form, key))
    return response


def _drawn(picture: Picture, style: ChartStyle, form: str, key: str) -> bytes:
    content = svg_of(picture, style) if form == "svg" else png_of(picture, style)
    # Whoever reads on would keep himself from writing on SQLite.
    roll_back()
    # Somebody else drew it meanwhile, or writes for long: the picture is there all the same.
    with suppress(IntegrityError, OperationalError), installation().database.transaction() as session:
        keep_pictures(session, {key: content}, now=now())
    return content


def shown_picture(picture: Picture, endpoint: str, voice: Voice, /, **values: Any) -> dict[str, object]:
    """The arguments of the macro ``figure`` for a picture of an endpoint: addresses, words and size.

    Args:
        values: what the endpoint's address needs, ``form`` left out, and its questions.
    """
    looks = {"light": "light", "dark": "dark", "narrow": "narrow", "narrow_dark": "narrow-dark"}
    width, height = size_of(picture, LIGHT)
    return {
        **{
            name: url_for(endpoint, form="svg", look=look, language=voice.language, **values)
            for name, look in looks.items()
        },
        "alt": alt_of(picture),
        "width": round(width * PAGE_SCALE),
        "height": round(height * PAGE_SCALE),
    }


def pointed_values(chart: IndicatorChart) -> dict[str, Any]:
    """The arguments of the macro ``pointed``: where the values of a chart stand, and what they say."""
    looks = {"wide": LIGHT, "narrow": NARROW_LIGHT}
    return {
        "points": {name: [vars(point) for point in points_of(chart, style)] for name, style in looks.items()},
        "label": chart.voice.gettext("Values in the chart: step through them with the arrow keys"),
    }

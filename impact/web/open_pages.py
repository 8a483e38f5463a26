"""The public site: public projects with their charts and open data, for whoever is not signed in."""

from __future__ import annotations

from typing import IO, Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.charts.small_multiples import SmallMultiples
from impact.exchange.csv_text import INTERNATIONAL, SWEDISH, write_table
from impact.language import Language, Voice
from impact.monitoring.cards import SeriesCard
from impact.monitoring.portfolio import PortfolioRow
from impact.monitoring.project_view import ProjectView
from impact.registry.project_tables import Part
from impact.reporting.many_pictures import multiples_of_cards
from impact.reporting.project_facts import project_facts, rounded_amount_text
from impact.reporting.public_list import public_categories, public_projects
from impact.reporting.public_view import public_picture, public_view
from impact.request_scope import current_session, current_voice, installation
from impact.request_scope.downloads import download
from impact.trend import sentences
from impact.web.embed_pages import snippet_of
from impact.web.guards import public
from impact.web.open_rows import data_rows, goal_part, public_documents, value_table
from impact.web.picture_answers import asked_voice, picture_answer, pointed_values, shown_picture
from impact.web.progress_rows import progress_part
from impact.web.project_pages import FEWEST_PANELS, milestone_item

pages = Blueprint("open", __name__)

PLACE = "/open/<slug>/indicators/<int:indicator_id>"


@pages.get("/open")
@public
def show_all() -> str:
    """The public projects by category, with their number."""
    voice = current_voice()
    rows = public_projects(current_session())
    categories = public_categories(rows)
    asked = request.args.get("category", "")
    chosen = next((one for one in categories if one.slug == asked), None)
    shown = [row for row in rows if not chosen or (row.category and row.category.slug == chosen.slug)]
    return render_template(
        "open/projects.html",
        count=voice.ngettext("Shows one project", "Shows %(n)s projects", len(shown)),
        categories=[
            {
                "words": voice.pick(one.name_sv, one.name_en),
                "number": voice.number(one.n_projects, 0),
                "href": url_for("open.show_all", category=one.slug),
                "is_here": one is chosen,
            }
            for one in categories
        ],
        all_href=url_for("open.show_all"),
        n_all=voice.number(len(rows), 0),
        is_all=chosen is None,
        projects=[_item(row) for row in shown],
    )


@pages.get("/open/<slug>")
@public
def show(slug: str) -> str:
    """One public project: facts, goals with their indicators, milestones, events, story."""
    voice = current_voice()
    view = public_view(current_session(), slug, _least_n())
    project = view.project
    return render_template(
        "open/project.html",
        title=voice.pick(project.title_sv, project.title_en),
        short=voice.pick(project.short_sv, project.short_en),
        summary=voice.pick(project.summary_sv, project.summary_en),
        story=voice.pick(project.story_sv, project.story_en),
        source=project.source,
        facts=project_facts(view, voice),
        goals=[goal_part(goal, slug, voice) for goal in view.goals],
        milestones=[milestone_item(milestone, voice) for milestone in view.milestones],
        events=[
            {
                "at": voice.day(event.happened_on),
                "iso": event.happened_on.isoformat(),
                "text": voice.pick(event.label_sv, event.label_en),
                "who": "",
                "quote": "",
                "detail": voice.pick(event.description_sv, event.description_en),
            }
            for event in view.events
        ],
        documents=public_documents(view.documents, voice),
        pictures=shown_picture(_multiples(view, voice), "open.charts", voice, slug=slug)
        if len(_measured(view)) >= FEWEST_PANELS
        else None,
        data_href=url_for("open.data", slug=slug),
        invented=view.has_invented_figures,
    )


@pages.get("/open/<slug>/data.csv")
@public
def data(slug: str) -> Response:
    """The values of a public project as open data: one row a value."""
    voice = current_voice()
    rows = list(data_rows(public_view(current_session(), slug, _least_n()), voice))
    form = SWEDISH if voice.language is Language.SWEDISH else INTERNATIONAL

    def write(out: IO[bytes]) -> None:
        for piece in write_table(rows, form):
            out.write(piece)

    return download(write, f"{slug}.csv", "text/csv; charset=utf-8")


@pages.get(PLACE)
@public
def indicator(slug: str, indicator_id: int) -> str:
    """One indicator of a public project: chart, finding, target, values."""
    voice = current_voice()
    picture = public_picture(current_session(), slug, indicator_id, voice, _least_n())
    view = public_view(current_session(), slug, _least_n())
    told = picture.analysis
    return render_template(
        "open/indicator.html",
        name=picture.indicator,
        short=voice.pick(view.project.short_sv, view.project.short_en),
        project_href=url_for("open.show", slug=slug),
        sentence=sentences.sentence(told, picture.series, picture.indicator, voice) if told else "",
        comparison=picture.comparison,
        meta=" · ".join(
            part
            for part in (picture.series.unit.name(voice), picture.direction_words, picture.certainty)
            if part
        ),
        progress=progress_part(picture, voice),
        chart=shown_picture(picture, "open.chart", voice, slug=slug, indicator_id=indicator_id),
        pointed_values=pointed_values(picture),
        snippet=snippet_of(slug, indicator_id, picture),
        png_href=url_for("open.chart", slug=slug, indicator_id=indicator_id, form="png"),
        table=value_table(picture.series, voice),
        source=picture.source,
        data_href=url_for("open.data", slug=slug),
        invented=picture.invented,
    )


@pages.get(f"{PLACE}/chart.<any(svg, png):form>")
@public
def chart(slug: str, indicator_id: int, form: str) -> Response:
    """The picture of an indicator as everybody may see it."""
    picture = public_picture(current_session(), slug, indicator_id, asked_voice(), _least_n())
    return picture_answer(picture, form)


@pages.get("/open/<slug>/charts.<any(svg, png):form>")
@public
def charts(slug: str, form: str) -> Response:
    """All indicators of a public project as small charts."""
    voice = asked_voice()
    return picture_answer(_multiples(public_view(current_session(), slug, _least_n()), voice), form)


def _multiples(view: ProjectView, voice: Voice) -> SmallMultiples:
    name = voice.pick(view.project.short_sv, view.project.short_en)
    return multiples_of_cards(current_session(), _measured(view), name, voice)


def _measured(view: ProjectView) -> list[SeriesCard]:
    return [card for goal in view.goals for card in goal.cards if card.series.measured]


def _least_n() -> int:
    return installation().settings.public_least_n


def _item(row: PortfolioRow) -> dict[str, Any]:
    """A project in the list: title, place, summary, borrower, loan, category."""
    voice, project = current_voice(), row.project
    borrowers = row.organisations.get(Part.BORROWER) or row.organisations.get(Part.MEMBER) or []
    return {
        "title": voice.pick(project.title_sv, project.title_en),
        "short": voice.pick(project.short_sv, project.short_en),
        "summary": voice.pick(project.summary_sv, project.summary_en),
        "href": url_for("open.show", slug=project.slug),
        "details": [
            part
            for part in (
                voice.pick(row.category.name_sv, row.category.name_en) if row.category else "",
                " / ".join(organisation.name for organisation in borrowers),
                rounded_amount_text(project.loan_amount, project.currency, voice),
            )
            if part
        ],
    }

"""Organisations, areas and categories: what all projects share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.errors import Conflict, ImpactError, Invalid, NotFound
from impact.language import Voice, mark
from impact.registry import archiving, editing
from impact.registry.plan_view import in_use
from impact.registry.project_tables import Area, AreaKind, Category, Organisation, OrganisationKind
from impact.reporting.planning_words import kind_words
from impact.request_scope import commit, current_actor, current_session, current_voice, now
from impact.request_scope.transaction import roll_back
from impact.web.guards import needs
from impact.web.planning_form import Field, Sort, Typed, differing, read_form, sections_of, typed_from
from impact.web.planning_options import options_for

pages = Blueprint("shared_plans", __name__)


@dataclass(frozen=True)
class SharedSort:
    """A sort of thing that all projects share: its words and fields."""

    kind: type[Any]
    words: str
    new_words: str
    advice: str
    fields: tuple[Field, ...]


SORTS = {
    "organisations": SharedSort(
        Organisation,
        mark("Organisations"),
        mark("New organisation"),
        mark("Municipalities, regions, companies and associations that take part in projects."),
        (
            Field("name", mark("Name"), required=True),
            Field("kind", mark("What sort of organisation"), Sort.CHOICE, OrganisationKind, required=True),
            Field(
                "kolada_id",
                mark("Number in Kolada"),
                advice=mark("Four digits for a municipality, such as 0581."),
            ),
        ),
    ),
    "areas": SharedSort(
        Area,
        mark("Areas"),
        mark("New area"),
        mark("Places that projects are meant for and that figures are about, each within a larger one."),
        (
            Field("name", mark("Name"), required=True),
            Field("kind", mark("What sort of area"), Sort.CHOICE, AreaKind, required=True),
            Field("code", mark("Code"), advice=mark("RegSO or DeSO of a district, else the official code.")),
            Field("parent_id", mark("Lies within"), Sort.NUMBER, "areas"),
        ),
    ),
    "categories": SharedSort(
        Category,
        mark("Categories"),
        mark("New category"),
        mark("The categories of projects, with other spellings that mean the same."),
        (
            Field("name_sv", mark("Name"), required=True),
            Field("name_en", mark("Name in English")),
            Field("parent_id", mark("Sub-type of"), Sort.NUMBER, "categories"),
            Field("aliases", mark("Other spellings"), Sort.LINES, advice=mark("One per line.")),
        ),
    ),
}
SORT = f"/<any({','.join(SORTS)}):shared>"


@pages.get(SORT)
@needs(Action.PLAN, everywhere=True)
def show_all(shared: str) -> str:
    """All organisations, areas or categories in use."""
    voice = current_voice()
    rows = in_use(current_session(), SORTS[shared].kind)
    return render_template(
        "planning/shared.html",
        title=voice.gettext(SORTS[shared].words),
        lead=voice.gettext(SORTS[shared].advice),
        steps=[(voice.gettext("Projects"), url_for("portfolio.show_all")),
               (voice.gettext(SORTS[shared].words), None)],
        new=voice.gettext(SORTS[shared].new_words),
        new_href=url_for("shared_plans.new", shared=shared),
        rows=[_line(row, {one.id: one for one in rows}, shared, voice) for row in rows],
        others=[(voice.gettext(other.words), url_for("shared_plans.show_all", shared=path))
                for path, other in SORTS.items() if path != shared],
    )  # fmt: skip


@pages.get(f"{SORT}/new")
@needs(Action.PLAN, everywhere=True)
def new(shared: str) -> str:
    """The form for a new organisation, area or category."""
    return _page(shared, None, Typed({one.name: "" for one in SORTS[shared].fields}))


@pages.post(f"{SORT}/new")
@needs(Action.PLAN, everywhere=True)
def make(shared: str) -> Response | tuple[str, int]:
    """Keep a new organisation, area or category."""
    entry = read_form(SORTS[shared].fields, request.form, current_voice())
    if entry.errors:
        return _page(shared, None, entry), 422
    try:
        editing.make(current_session(), current_actor(), SORTS[shared].kind, entry.facts, now=now())
    except Invalid as error:
        return _again(shared, None, entry, error)
    return _done(shared, current_voice().gettext("Saved."))


@pages.get(f"{SORT}/<shared_slug>")
@needs(Action.PLAN, everywhere=True)
def show(shared: str, shared_slug: str) -> str:
    """An organisation, an area or a category, as a form."""
    row = _found(shared, shared_slug)
    if row.withdrawn_at is not None:
        raise NotFound("This has been withdrawn. Bring it back first.")
    return _page(shared, row, Typed(_typed(row, shared)))


@pages.post(f"{SORT}/<shared_slug>")
@needs(Action.PLAN, everywhere=True)
def change(shared: str, shared_slug: str) -> Response | tuple[str, int]:
    """Keep a changed organisation, area or category."""
    row = _found(shared, shared_slug)
    entry = read_form(SORTS[shared].fields, request.form, current_voice())
    if entry.errors:
        return _page(shared, row, entry), 422
    version, reason = request.form.get("version", 0, type=int), request.form.get("reason", "")[:2000]
    try:
        editing.change(
            current_session(), current_actor(), row, version, entry.facts, now=now(), reason=reason.strip()
        )
    except (Invalid, Conflict) as error:
        return _again(shared, shared_slug, entry, error)
    return _done(shared, current_voice().gettext("Saved."))


@pages.post(f"{SORT}/<shared_slug>/withdraw")
@needs(Action.PLAN, everywhere=True)
def withdraw(shared: str, shared_slug: str) -> Response | tuple[str, int]:
    """Take an organisation, an area or a category out of use, if no plan needs it."""
    row = _found(shared, shared_slug)
    version, reason = request.form.get("version", 0, type=int), request.form.get("withdraw_reason", "")[:2000]
    try:
        archiving.withdraw_row(current_session(), current_actor(), row, version, now=now(), reason=reason)
    except (Invalid, Conflict) as error:
        return _again(shared, shared_slug, Typed(_typed(row, shared)), error)
    return _done(shared, current_voice().gettext("Withdrawn. It can be brought back."))


def _done(shared: str, words: str) -> Response:
    commit()
    flash(words, "message")
    return redirect(url_for("shared_plans.show_all", shared=shared), 303)


def _found(shared: str, slug: str) -> Any:
    row: Any = editing.row_of_installation(current_session(), SORTS[shared].kind, slug)
    return row


def _typed(row: Any, shared: str) -> dict[str, str]:
    typed = typed_from(row, SORTS[shared].fields)
    return {**typed, "aliases": "\n".join(row.aliases)} if isinstance(row, Category) else typed


def _line(row: Any, rows: dict[int, Any], shared: str, voice: Voice) -> list[Any]:
    """The cells of one row in the table: name, what it is, code."""
    above = rows.get(getattr(row, "parent_id", None) or 0)
    kind = "" if isinstance(row, Category) else kind_words(row.kind, voice)
    code = row.kolada_id if isinstance(row, Organisation) else getattr(row, "code", None)
    return [
        {
            "text": _name(row, voice),
            "href": url_for("shared_plans.show", shared=shared, shared_slug=row.slug),
            "note": _name(above, voice) if above else "",
        },
        kind or ", ".join(getattr(row, "aliases", ())),
        code or "",
    ]


def _name(row: Any, voice: Voice) -> str:
    return voice.pick(row.name_sv, row.name_en) if isinstance(row, Category) else str(row.name)


def _again(shared: str, slug: str | None, entry: Typed, error: ImpactError) -> tuple[str, int]:
    """The form as typed with what is wrong, beside what is stored now."""
    roll_back()
    told = current_voice().gettext(error.message, **error.facts)
    row = _found(shared, slug) if slug else None
    if isinstance(error, Conflict):
        return _page(shared, row, entry, told), error.status
    entry.errors[error.field or SORTS[shared].fields[0].name] = told
    return _page(shared, row, entry), error.status


def _page(shared: str, row: Any, entry: Typed, conflict: str | None = None) -> str:
    voice, asked = current_voice(), SORTS[shared].fields
    options = options_for(asked, voice)
    title = _name(row, voice) if row is not None else voice.gettext(SORTS[shared].new_words)
    everything = url_for("shared_plans.show_all", shared=shared)
    action = (
        url_for("shared_plans.show", shared=shared, shared_slug=row.slug)
        if row is not None
        else url_for("shared_plans.new", shared=shared)
    )
    return render_template(
        "planning/row.html",
        kicker=None,
        title=title,
        lead=None,
        steps=[(voice.gettext(SORTS[shared].words), everything), (title, None)],
        action=action,
        back=everything,
        version=row.version if row is not None else None,
        errors=entry.errors,
        history_href=None,
        sections=sections_of(asked, entry, options, voice),
        has_file=False,
        reason=request.form.get("reason", ""),
        conflict=conflict,
        differences=differing(asked, entry, _typed(row, shared), options, voice) if conflict and row else [],
        indicator_href=url_for("indicator_making.new_of_area", area_id=row.id)
        if isinstance(row, Area)
        else None,
        withdraw_action=f"{action}/withdraw" if row is not None else None,
        withdraw_reason=request.form.get("withdraw_reason", ""),
        withdraw_text=voice.gettext("Withdraw"),
        withdraw_help=voice.gettext("Nothing is deleted; it can be brought back."),
    )

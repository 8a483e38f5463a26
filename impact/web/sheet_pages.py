"""The entry sheet of a project: every series with every period, saved all at once."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.collecting import without_collecting
from impact.errors import Conflict, Invalid
from impact.exchange.rows import REASON_WORDS
from impact.language import Voice
from impact.registry.many_measurements import Outcome
from impact.registry.plan_view import may_plan
from impact.registry.sheet import Sheet, sheet_of
from impact.request_scope import (
    commit,
    current_actor,
    current_session,
    current_visitor,
    current_voice,
    now,
    today,
)
from impact.request_scope.transaction import roll_back
from impact.semantics.series import Missing, Status
from impact.web.detail_fields import evidence_choices, level_choices
from impact.web.guards import needs
from impact.web.measurement_words import missing_words, observation_status_words
from impact.web.number_runs import packed
from impact.web.sheet_rounds import rounds_to_hand_in
from impact.web.sheet_rows import Showing, grid_rows, state_words
from impact.web.sheet_saved import changed_since, told_items
from impact.web.sheet_saving import (
    NOTHING_SENT,
    Intent,
    Outlook,
    foresee,
    read_intent,
    save_foreseen,
    seen_after,
)
from impact.web.sheet_telling import conflict_items, doubt_items, error_items, reading_items

pages = Blueprint("sheet", __name__)


@pages.get("/projects/<slug>/sheet")
@needs(Action.RECORD)
@without_collecting()
def show(slug: str) -> str:
    """The sheet as it is stored."""
    sheet = sheet_of(current_session(), current_actor(), slug, now=now())
    return _page(sheet, NOTHING_SENT, Outlook())


@pages.post("/projects/<slug>/sheet")
@needs(Action.RECORD)
@without_collecting()
def save(slug: str) -> Response | tuple[str, int]:
    """Save what was typed, all of it or nothing; on any trouble the sheet comes back as typed."""
    voice = current_voice()
    for _attempt in range(2):
        session, actor = current_session(), current_actor()
        sheet = sheet_of(session, actor, slug, now=now())
        before = max(seen_after(sheet, NOTHING_SENT), default=0)
        intent = read_intent(request.form, sheet, voice)
        outlook = foresee(session, actor, sheet, intent, voice, now=now())
        if not outlook.is_clear(intent.typed):
            break
        try:
            n_waiting = save_foreseen(session, actor, outlook, intent.reason, now=now())
        except Conflict:
            # Somebody saved a moment ago: read anew, it is a conflict of cells then.
            roll_back()
            continue
        except Invalid as error:
            roll_back()
            return _refused(slug, voice.gettext(error.message, **error.facts))
        commit()
        _tell_saved(outlook, n_waiting, voice)
        return redirect(_address(slug, saved=before) + "#sheet", 303)
    status = 409 if outlook.conflicts else 422
    page = _page(sheet, intent, outlook)
    roll_back()
    return page, status


def _refused(slug: str, sentence: str) -> tuple[str, int]:
    sheet = sheet_of(current_session(), current_actor(), slug, now=now())
    intent = read_intent(request.form, sheet, current_voice())
    for key in intent.typed.drafts:
        intent.typed.errors[key] = sentence
        break
    return _page(sheet, intent, Outlook()), 422


def _tell_saved(outlook: Outlook, n_waiting: int, voice: Voice) -> None:
    n_new, n_changed = outlook.count(Outcome.NEW), outlook.count(Outcome.CHANGED)
    if not n_new + n_changed:
        flash(voice.gettext("Nothing was changed."), "message")
        return
    parts = [
        voice.ngettext("%(n)s new value", "%(n)s new values", n_new) if n_new else "",
        voice.ngettext("%(n)s corrected", "%(n)s corrected", n_changed) if n_changed else "",
    ]
    said = voice.gettext("Saved: %(what)s.", what=", ".join(filter(None, parts)))
    if n_waiting:
        said += " " + voice.gettext("The trends are worked out within a few minutes.")
    flash(said, "message")


def _address(slug: str, **more: Any) -> str:
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("order", "all", "until") if name in request.args
    }
    return url_for("sheet.show", slug=slug, **(kept | more))


def _page(sheet: Sheet, intent: Intent, outlook: Outlook) -> str:
    session, actor, voice = current_session(), current_actor(), current_voice()
    project, visitor = sheet.project, current_visitor()
    since = request.args.get("saved", type=int) if request.method == "GET" else None
    changed = {} if since is None else changed_since(sheet, since, actor)
    showing = Showing(
        voice,
        today(),
        intent.typed,
        frozenset(stored.newest.id for stored in changed.values()),
        oldest_first=request.args.get("order") == "oldest",
        all_periods="all" in request.args,
        until=request.args.get("until", ""),
    )
    return render_template(
        "entry/sheet.html",
        slug=project.slug,
        place=voice.pick(project.short_sv, project.short_en),
        needs_approval=project.needs_approval,
        action=_address(project.slug),
        grids=[grid_rows(number, grid, showing) for number, grid in enumerate(sheet.grids)],
        states=state_words(voice),
        seen=packed(seen_after(sheet, intent)),
        kept_under=f"{visitor.actor.id if visitor else 0}:{project.slug}",
        errors=error_items(sheet, intent.typed, asks_reason=outlook.asks_reason, voice=voice),
        readings=reading_items(intent.typed, voice),
        doubts=doubt_items(sheet, outlook.doubts, voice),
        kept=" ".join(sorted(intent.kept)),
        conflicts=conflict_items(session, sheet, intent.typed, outlook.conflicts, voice),
        reason=intent.reason,
        told=told_items(session, sheet, changed, voice),
        reasons=json.dumps(REASON_WORDS, ensure_ascii=False),
        workbook_href=url_for("workbooks.show", slug=project.slug),
        import_href=url_for("imports.show", slug=project.slug),
        missing_choices=[missing_words(missing, voice) for missing in Missing],
        statuses=[(status.value, observation_status_words(status, voice)) for status in Status],
        levels=level_choices(voice),
        evidence=evidence_choices(voice),
        may_plan=may_plan(session, actor, project.id),
        rounds=rounds_to_hand_in(session, actor, sheet, voice, now=now()),
        oldest_first=showing.oldest_first,
        order_href=_address(project.slug, order=None if showing.oldest_first else "oldest"),
        all_href=None if showing.all_periods else _address(project.slug, all="1"),
        invented=any(line.indicator.is_invented for line in sheet.lines.values()),
    )

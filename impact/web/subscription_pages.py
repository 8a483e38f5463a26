"""Who gets which report when: subscriptions listed, made, changed, paused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from impact.accounts.permissions import Action
from impact.delivery import subscribing
from impact.delivery.colleagues import colleagues
from impact.delivery.due import next_dues
from impact.delivery.outbox import messages_for
from impact.delivery.schedules import due_plan
from impact.delivery.subscribing import SubscriptionView
from impact.delivery.subscription_plans import plan_of
from impact.delivery.tables import Content, Rhythm, Subscription
from impact.errors import Conflict, Invalid, NotFound
from impact.language import Language, Voice
from impact.monitoring.portfolio import Filters, choices, portfolio
from impact.request_scope import (
    commit,
    current_actor,
    current_session,
    current_voice,
    installation,
    now,
    today,
)
from impact.request_scope.transaction import roll_back
from impact.web.delivery_words import content_words, rhythm_words
from impact.web.guards import needs
from impact.web.mail_rows import mail_rows
from impact.web.moments import moment
from impact.web.subscription_form import (
    OWN_PROJECTS,
    WHOLE_PORTFOLIO,
    read_subscription,
    typed_anew,
    typed_from,
)

pages = Blueprint("subscriptions", __name__)

N_NEXT, N_MAILS = 5, 20


@pages.get("/reports")
@needs(Action.SUBSCRIBE)
def show_all() -> str:
    """The reader's subscriptions, and the newest mails below."""
    voice, session, actor = current_voice(), current_session(), current_actor()
    views = subscribing.subscriptions_of(session, actor)
    return render_template(
        "reports/reports.html",
        subscriptions=[_row(view, voice) for view in views],
        mails=mail_rows(messages_for(session, actor, limit=N_MAILS), voice),
    )


@pages.get("/reports/new")
@needs(Action.SUBSCRIBE)
def new() -> str:
    """The form for a new subscription."""
    settings = installation().settings
    typed = typed_anew(today(), str(settings.time_zone), current_voice().language)
    return _page(None, typed, {})


@pages.post("/reports/new")
@needs(Action.SUBSCRIBE)
def make() -> Response | tuple[str, int]:
    """Keep a new subscription; on any trouble the form comes back as typed."""
    return _save(None)


@pages.get("/reports/<int:subscription_id>")
@needs(Action.SUBSCRIBE)
def show(subscription_id: int) -> str:
    """One subscription, as a form."""
    view = subscribing.subscription(current_session(), current_actor(), subscription_id)
    plan = plan_of(current_session(), view.subscription)
    return _page(view, typed_from(plan, _own_user_id()), {}, set(plan.user_ids))


@pages.post("/reports/<int:subscription_id>")
@needs(Action.SUBSCRIBE)
def change(subscription_id: int) -> Response | tuple[str, int]:
    """Keep a changed subscription; on any trouble the form comes back as typed."""
    return _save(subscription_id)


@pages.post("/reports/<int:subscription_id>/<any(pause, resume):way>")
@needs(Action.SUBSCRIBE)
def set_paused(subscription_id: int, way: str) -> Response:
    """Pause a subscription, or let it go on."""
    subscribing.set_paused(
        current_session(), current_actor(), subscription_id, paused=way == "pause", now=now()
    )
    commit()
    voice = current_voice()
    flash(
        voice.gettext("Paused.") if way == "pause" else voice.gettext("The report has been resumed."),
        "message",
    )
    return redirect(url_for("subscriptions.show", subscription_id=subscription_id), 303)


def _save(subscription_id: int | None) -> Response | tuple[str, int]:
    voice, session, actor = current_voice(), current_session(), current_actor()
    view = subscribing.subscription(session, actor, subscription_id) if subscription_id else None
    people = _people_ticked()
    entry = read_subscription(request.form, people, _own_user_id(), voice)
    if entry.plan is None:
        return _page(view, entry.typed, entry.errors, people), 422
    try:
        if subscription_id is None:
            saved = subscribing.make(session, actor, entry.plan, now=now())
        else:
            version = request.form.get("version", 0, type=int)
            saved = subscribing.change(session, actor, subscription_id, version, entry.plan, now=now())
    except (Invalid, Conflict, NotFound) as error:
        roll_back()
        told = {error.field or "name": voice.gettext(error.message, **error.facts)}
        again = (
            subscribing.subscription(current_session(), current_actor(), subscription_id)
            if subscription_id
            else None
        )
        return _page(again, entry.typed, told, people), error.status
    address = url_for("subscriptions.show", subscription_id=saved.id)
    commit()
    flash(voice.gettext("Saved."), "message")
    return redirect(address, 303)


def _people_ticked() -> set[int]:
    return {int(text) for text in request.form.getlist("people") if text.isdecimal() and len(text) < 10}


def _own_user_id() -> int:
    return current_actor().user_id or 0


def _row(view: SubscriptionView, voice: Voice) -> dict[str, Any]:
    subscription = view.subscription
    dates = next_dues(due_plan(current_session(), subscription), now(), 1)
    return {
        "name": subscription.name,
        "href": url_for("subscriptions.show", subscription_id=subscription.id),
        "rhythm": rhythm_words(subscription.rhythm, voice),
        "content": content_words(subscription.content, voice)[0],
        "owner": view.owner_name,
        "n_recipients": voice.ngettext("%(n)s recipient", "%(n)s recipients", len(view.recipients)),
        "next": voice.gettext("paused")
        if subscription.paused_at
        else moment(dates[0][1], voice)
        if dates
        else voice.gettext("when a round is closed")
        if subscription.rhythm is Rhythm.ROUND_CLOSED and not _is_over(subscription)
        else voice.gettext("ended"),
    }


def _is_over(subscription: Subscription) -> bool:
    return subscription.ends_on is not None and subscription.ends_on < today()


def _page(
    view: SubscriptionView | None,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    people: Collection[int] = (),
) -> str:
    voice = current_voice()
    subscription = view.subscription if view else None
    dates = next_dues(due_plan(current_session(), subscription), now(), N_NEXT) if subscription else []
    return render_template(
        "reports/subscription.html",
        name=subscription.name if subscription else "",
        action=url_for("subscriptions.show", subscription_id=subscription.id)
        if subscription
        else url_for("subscriptions.make"),
        version=subscription.version if subscription else None,
        is_paused=subscription is not None and subscription.paused_at is not None,
        typed=typed,
        errors=errors,
        abouts=_abouts(voice),
        rhythms=[(rhythm.value, rhythm_words(rhythm, voice)) for rhythm in Rhythm],
        contents=[(content.value, *content_words(content, voice)) for content in Content],
        people=[
            (number, name, number in people)
            for number, name in colleagues(current_session(), current_actor(), people)
        ],
        languages=[(Language.SWEDISH.value, "Svenska"), (Language.ENGLISH.value, "English")],
        next_dates=[voice.moment(at, due_plan(current_session(), subscription).zone) for _, at in dates]
        if subscription
        else [],
        zone=typed["time_zone"],
        follows_rounds=subscription is not None and subscription.rhythm is Rhythm.ROUND_CLOSED,
    )


def _abouts(voice: Voice) -> list[tuple[str, str]]:
    """What a report can be about: everything, a category, a project."""
    session, actor = current_session(), current_actor()
    categories = [
        (f"category:{row.id}", voice.pick(row.name_sv, row.name_en))
        for row in choices(session, actor).categories
    ]
    projects = [
        (f"project:{row.project.id}", voice.pick(row.project.short_sv, row.project.short_en))
        for row in portfolio(session, actor, Filters())
    ]
    return [
        (WHOLE_PORTFOLIO, voice.gettext("All projects that each recipient may see")),
        (OWN_PROJECTS, voice.gettext("Each recipient's own projects: those with a role in them")),
        *categories,
        *projects,
    ]

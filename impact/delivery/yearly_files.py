"""The impact report that a mail brings as a PDF file."""

from __future__ import annotations

from datetime import date, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.accounts.permissions import Action, Actor
from impact.delivery.letters import Attachment
from impact.language import Voice
from impact.monitoring.portfolio import Filters
from impact.registry import access
from impact.registry.project_tables import Category, Project
from impact.reporting.drawn import DrawnPictures
from impact.reporting.gathering import Scope
from impact.reporting.impact_report import ImpactReport
from impact.reporting.pdf import set_pdf
from impact.reporting.report_days import report_day
from impact.reporting.yearly import gather_portfolio_report, gather_project_report

MOST_CHARTS = 24
# A mail with a file beyond this is refused by many servers.
MOST_PDF_BYTES = 8_000_000


def gather_yearly(
    session: Session, actor: Actor, scope: Scope, voice: Voice, *, published_on: date, zone: tzinfo
) -> ImpactReport:
    """The impact report of what a subscription is about, as the reader may see it."""
    day = report_day(today=published_on, zone=zone)
    if scope.project_id is not None:
        slug = session.get_one(Project, scope.project_id).slug
        return gather_project_report(session, actor, slug, day, voice)
    category = session.get_one(Category, scope.category_id).slug if scope.category_id is not None else ""
    only = None
    if scope.own_projects:
        own = access.within_reach(actor, Action.SEE, with_public=False)
        only = set(session.scalars(select(Project.id).where(own)))
    return gather_portfolio_report(
        session, actor, Filters(category=category), day, voice, most_charts=MOST_CHARTS, only=only
    )


def pdf_file(report: ImpactReport, voice: Voice, drawn: DrawnPictures) -> Attachment:
    """The report as a file to attach.

    Raises:
        ValueError: it is larger than mail servers take.
    """
    pdf = set_pdf(report, voice, drawn=drawn)
    if len(pdf) > MOST_PDF_BYTES:
        raise ValueError(f"the PDF has {len(pdf)} bytes, more than mail servers take")
    slug = "" if report.is_portfolio else report.projects[0].slug
    parts = (voice.gettext("impact-report"), slug, str(report.day.year))
    return Attachment("-".join(filter(None, parts)) + ".pdf", "application", "pdf", pdf)

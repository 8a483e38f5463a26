"""A report as it was published: what it was made from, kept for good."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from impact.audit.digests import digest_of
from impact.language import Language
from impact.reporting.gathering import Report
from impact.reporting.tables import Edition

SAID = ("name", "value", "period", "change", "status", "headline", "sentence", "certainty", "decision")


def publish(
    session: Session,
    report: Report,
    language: Language,
    *,
    subscription_id: int | None = None,
    occurrence_on: date | None = None,
    now: datetime,
) -> Edition:
    """The edition of a report: the revisions and analyses it used, and a checksum of its words."""
    contents = report.contents()
    edition = Edition(
        subscription_id=subscription_id,
        occurrence_on=occurrence_on,
        language=language,
        published_at=now,
        known_at=report.known_at,
        contents=contents,
        checksum=checksum_of(report),
    )
    session.add(edition)
    session.flush()
    return edition


def publish_list(
    session: Session,
    project_ids: Collection[int],
    language: Language,
    checksum: str,
    *,
    now: datetime,
    **asked: str,
) -> Edition:
    """The edition of a mail that speaks of several projects and is no report.

    Args:
        asked: from which day or instant to which it tells, so that it can be gathered again.
    """
    edition = Edition(
        language=language,
        published_at=now,
        known_at=now,
        contents={"projects": sorted(project_ids), **asked},
        checksum=checksum,
    )
    session.add(edition)
    session.flush()
    return edition


def last_known_at(session: Session, subscription_id: int, before: datetime | None = None) -> datetime | None:
    """When the newest edition of a subscription was read; None before the first.

    Args:
        before: those read then or later do not count.
    """
    newest = select(sa.func.max(Edition.known_at)).where(Edition.subscription_id == subscription_id)
    return session.scalar(newest if before is None else newest.where(Edition.known_at < before))


def checksum_of(report: Report) -> str:
    """SHA-256 over everything a report says in numbers and words."""
    said = [[getattr(finding, name) for name in SAID] for finding in report.findings]
    revised = [[each.what, each.before, each.after, each.reason] for each in report.revised]
    return digest_of({"contents": report.contents(), "title": report.title, "said": said, "revised": revised})

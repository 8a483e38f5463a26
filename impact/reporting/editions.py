"""A report as it was published: what it was made from, kept for good."""

from __future__ import annotations

from datetime import date, datetime

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


def checksum_of(report: Report) -> str:
    """SHA-256 over everything a report says in numbers and words."""
    said = [[getattr(finding, name) for name in SAID] for finding in report.findings]
    return digest_of({"contents": report.contents(), "title": report.title, "said": said})

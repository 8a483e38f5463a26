"""Tables of reports as they were published."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from impact.db import Base, Identified


class Edition(Identified, Base):
    """A report as it was published: what it was made from, frozen, with a checksum."""

    __tablename__ = "edition"

    subscription_id: Mapped[int | None] = mapped_column(sa.ForeignKey("subscription.id"), index=True)
    occurrence_on: Mapped[date | None]
    language: Mapped[str]
    published_at: Mapped[datetime]
    # When everything was read; the revisions and analyses themselves stand in the contents.
    known_at: Mapped[datetime]
    # What stood in it: projects, revision ids and analysis ids used.
    contents: Mapped[dict[str, Any]]
    checksum: Mapped[str] = mapped_column(sa.String(64))


class DrawnPicture(Base):
    """A picture as it was drawn, under a digest of all that it was drawn from."""

    __tablename__ = "drawn_picture"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    content: Mapped[bytes]
    drawn_at: Mapped[datetime] = mapped_column(index=True)

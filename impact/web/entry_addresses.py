"""Where values are typed: the cell of a sheet, or the page of one value."""

from __future__ import annotations

from flask import url_for

from impact.registry.project_tables import Project
from impact.semantics.period import ReportingPeriod


def cell_address(project: Project | None, series_id: int, period: ReportingPeriod) -> str:
    """Where a value is typed: its cell in the project's sheet, or its own page where there is none."""
    key = period.key()
    if project is None:
        return url_for("entry.enter", series_id=series_id, period=key)
    return url_for("sheet.show", slug=project.slug, until=key, _anchor=f"value.{series_id}.{key}")

"""Every table of the project; importing it makes the metadata complete."""

from __future__ import annotations

import impact.accounts.answers
import impact.accounts.tables
import impact.audit.tables
import impact.delivery.tables
import impact.monitoring.tables
import impact.registry.indicator_tables
import impact.registry.measurement_tables
import impact.registry.project_tables
import impact.reporting.tables  # noqa: F401
from impact.audit.sealing import SEAL, SEALED
from impact.db import Base

metadata = Base.metadata

# What was once written there stays: triggers refuse UPDATE, DELETE and TRUNCATE.
APPEND_ONLY = (*SEALED, SEAL)

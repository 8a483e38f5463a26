"""What a definition says of its unit and direction, as the kernels understand it."""

from __future__ import annotations

from impact.registry.indicator_tables import DefinitionVersion
from impact.semantics.unit import Unit


def unit_of(version: DefinitionVersion) -> Unit:
    """The unit in which a definition's values are counted and written."""
    return Unit(
        kind=version.kind,
        name_sv=version.unit_sv,
        name_en=version.unit_en,
        decimals=version.decimals,
        lowest=version.lowest,
        highest=version.highest,
    )


def band_of(version: DefinitionVersion) -> tuple[float, float] | None:
    """The lowest and highest good value, where the direction is a band."""
    if version.band_low is None or version.band_high is None:
        return None
    return version.band_low, version.band_high

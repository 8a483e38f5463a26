"""Which role each group of an OpenID provider brings, as the settings say it."""

from __future__ import annotations

# The words of accounts.tables.Role, of which settings know nothing.
ROLES = ("viewer", "analyst", "manager", "administrator")


def roles_by_group(text: str) -> dict[str, str]:
    """The role that each group of a provider's brings, from ``group=role; group=role``."""
    pairs = [part.rpartition("=") for part in text.split(";") if part.strip()]
    roles = {group.strip(): role.strip() for group, _, role in pairs}
    if not all(roles) or not set(roles.values()) <= set(ROLES) or len(roles) != len(pairs):
        raise ValueError("groups with their roles such as staff=viewer; owners=administrator")
    return roles


def read_group_roles(text: str) -> str:
    """The text as it stands, once it is sure that it says which role each group brings."""
    roles_by_group(text)
    return text

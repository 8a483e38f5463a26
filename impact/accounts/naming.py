"""What a person may be called, and where mails may go."""

from __future__ import annotations

from impact.errors import Invalid

LONGEST_NAME = 100


def judged_name(name: str) -> str:
    """The name as it is kept, or Invalid."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid("Give a name of at most %(n)d characters.", field="name", n=LONGEST_NAME)
    return name


def judged_email(email: str | None) -> str | None:
    """The mail address as it is kept, None for none, or Invalid."""
    email = (email or "").strip()
    if not email:
        return None
    local, at, host = email.rpartition("@")
    if not (at and local and host) or not email.isprintable() or any(sign in email for sign in ' ,;<>"'):
        raise Invalid("%(email)s is not an email address.", field="email", email=email)
    return email

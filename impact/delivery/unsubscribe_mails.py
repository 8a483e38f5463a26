"""Mails by which people unsubscribe: what their programs send for List-Unsubscribe."""

from __future__ import annotations

import re
from email import policy
from email.parser import BytesHeaderParser

from impact.errors import NotFound

# What a mail program writes into the subject, as List-Unsubscribe tells it to.
ASKED_BY_MAIL = re.compile(r"\bunsubscribe\s+([a-z]\d+\.[\w-]+)", re.IGNORECASE)


def token_in(mail: bytes) -> str:
    """The token in the subject of a mail by which somebody unsubscribes.

    Raises:
        NotFound: it is no such mail.
    """
    subject = BytesHeaderParser(policy=policy.default).parsebytes(mail)["Subject"]
    found = ASKED_BY_MAIL.search(str(subject or ""))
    if found is None:
        raise NotFound("This email does not ask to unsubscribe.")
    return found[1]

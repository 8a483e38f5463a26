"""The parts of a frozen mail as pages show them: lines, text, HTML, files."""

from __future__ import annotations

import base64
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from flask import Response

from impact.errors import NotFound
from impact.language import Voice
from impact.web.sizes import file_words

# A mail's own page: its inline styles and its own pictures, nothing from elsewhere, no script.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors {who}; sandbox"


def parsed(mime: bytes) -> EmailMessage:
    """The mail as the standard library reads it."""
    message: EmailMessage = BytesParser(policy=policy.default).parsebytes(mime)
    return message


def text_of(message: EmailMessage) -> str:
    """The text that stands alone; empty where there is none."""
    body = message.get_body(("plain",))
    return str(body.get_content()) if body else ""


def files_of(message: EmailMessage) -> list[tuple[str, str, bytes]]:
    """The files that the mail brings along: name, media type and content."""
    return [
        (part.get_filename() or "", part.get_content_type(), part.get_content())
        for part in message.iter_attachments()
        if isinstance(part, EmailMessage)
    ]


def lines_of(message: EmailMessage, voice: Voice) -> list[tuple[str, str]]:
    """What stands above a mail: from whom, where answers go, which files it brings."""
    files = [file_words(name, len(content), voice) for name, _, content in files_of(message)]
    lines = [
        (voice.gettext("From"), str(message["From"] or "")),
        (voice.gettext("Answers go to"), str(message["Reply-To"] or "")),
        (voice.gettext("Files"), ", ".join(files)),
    ]
    return [(label, text) for label, text in lines if text]


def html_alone(message: EmailMessage, *, is_framed: bool = False) -> Response:
    """The HTML with its pictures inside, as a page of its own that can do nothing.

    Args:
        is_framed: whether one of our own pages may show it within itself.

    Raises:
        NotFound: the mail has none.
    """
    body = message.get_body(("html",))
    if body is None:
        raise NotFound("This email has no pictures or colours, only text.")
    html: str = body.get_content()
    for part in message.walk():
        content_id = str(part.get("Content-ID", "")).strip("<>")
        if content_id and isinstance(part, EmailMessage) and part.get_content_maintype() == "image":
            data = base64.b64encode(part.get_content()).decode()
            html = html.replace(f"cid:{content_id}", f"data:{part.get_content_type()};base64,{data}")
    headers = {"Content-Security-Policy": MAIL_POLICY.format(who="'self'" if is_framed else "'none'")}
    if is_framed:
        headers["X-Frame-Options"] = "SAMEORIGIN"
    return Response(html, mimetype="text/html", headers=headers)

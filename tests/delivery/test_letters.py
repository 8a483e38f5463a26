"""Letters become MIME that no name can bend and that never changes again."""

from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from hashlib import sha256
from itertools import product

from impact.delivery.letters import (
    Attachment,
    Letter,
    Letterhead,
    Picture,
    address_of,
    freeze,
    without_addresses,
)
from impact.language import Language
from tests.delivery.conftest import NOW, bodies

LETTER = Letter("Trygghet 62,7 %", "Trygghet: 62,7 %", "<p>Trygghet: 62,7 %</p>", Language.SWEDISH)
HEADERS = {
    "Subject",
    "From",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
}
ENDS = ("\r\n", "\n", "\r", "\r\n\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029")
INJECTED = (
    "Bcc: thief@example.org",
    "Content-Type: text/html",
    "X-Added: 1",
    "Reply-To: thief@example.org",
    " folded",
)

PLACES = ("subject", "name", "sender", "file", "attached", "bodies")


def test_headers_are_those_of_a_machine_when_frozen(head: Letterhead) -> None:
    """Who, when, that it was made by a machine, and how to stop it by mail and by one click."""
    mail = freeze(replace(LETTER, unsubscribe_token="r1.abc"), head, "key", now=NOW)
    message = message_from_bytes(mail.mime, policy=policy.default)
    assert message["From"] == "Impact <impact@example.se>"
    assert message["Date"] == "Mon, 23 Nov 2026 09:00:00 +0000"
    assert message["Message-ID"].endswith("@impact.example.se>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == (
        "<https://impact.example.se/unsubscribe/r1.abc>,"
        " <mailto:impact@example.se?subject=unsubscribe%20r1.abc>"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_bytes_are_the_same_when_frozen_again(head: Letterhead) -> None:
    """The same letter and key give the same bytes, another key another Message-ID."""
    assert freeze(LETTER, head, "key", now=NOW) == freeze(LETTER, head, "key", now=NOW)
    assert freeze(LETTER, head, "key", now=NOW).message_id != freeze(LETTER, head, "b", now=NOW).message_id


def test_no_header_is_added_when_names_hold_line_ends(head: Letterhead) -> None:
    """300 payloads in subject, names and file names: never one header more."""
    n_tried = 0
    for end, injected, place in product(ENDS, INJECTED, PLACES):
        payload = f"Trygghet{end}{injected}{end}{end}body"
        letter = {
            "subject": replace(LETTER, subject=payload),
            "name": replace(LETTER, reply_to=address_of(payload, "owner@example.se")),
            "file": replace(LETTER, pictures=(Picture("chart-1@x", payload, b"png"),)),
            "sender": replace(LETTER, sender=address_of(payload, "town@example.se")),
            "attached": replace(LETTER, files=(Attachment(payload, "application", "pdf", b"pdf"),)),
            "bodies": replace(LETTER, text=payload, html=payload),
        }[place]
        mail = freeze(letter, head, "key", now=NOW)
        message = message_from_bytes(mail.mime, policy=policy.default)
        assert set(message.keys()) == HEADERS | ({"Reply-To"} if place == "name" else set())
        assert len(message.keys()) == len(set(message.keys()))
        assert len(list(message.walk())) == (5 if place in {"file", "attached"} else 3)
        n_tried += 1
    assert n_tried == 300


def test_subject_reads_as_written_wherever_its_line_breaks(head: Letterhead) -> None:
    """No blank too many or too few, whichever letters stand at the end of a line, in two readers."""
    for n_before in range(90):
        for rest in ("Tillit, 16–84 år. Minskade (24,2 %)", "Vacant, 2026, =?utf-8?q?x?=", "Vacant flats"):
            subject = f"{'Omr' * (n_before // 3)}{'n' * (n_before % 3)}: {rest}. And 3 more."
            mime = freeze(replace(LETTER, subject=subject), head, "key", now=NOW).mime
            assert message_from_bytes(mime, policy=policy.default)["Subject"] == subject
            written = message_from_bytes(mime)["Subject"]
            assert str(make_header(decode_header(written))) == subject
            assert not written.startswith(("\r", "\n", " "))


def test_owner_has_no_reply_line_when_the_address_is_none(head: Letterhead) -> None:
    """An address that would add a header is left out."""
    assert address_of("Owner", "owner@example.se\r\nBcc: thief@example.org") is None
    assert address_of("Owner", None) is None


def test_checksum_holds_when_the_addresses_are_removed(head: Letterhead) -> None:
    """The Reply-To line may go; what was said stays provable."""
    owner = address_of("Åsa Ägare med ett så långt namn att raden måste brytas någonstans", "o@example.se")
    mail = freeze(replace(LETTER, reply_to=owner), head, "key", now=NOW)
    bare = without_addresses(mail.mime)
    assert b"o@example.se" not in bare
    assert sha256(bare).hexdigest() == mail.checksum
    assert bare == freeze(LETTER, head, "key", now=NOW).mime


def test_pictures_belong_to_the_html_when_there_are_some(head: Letterhead) -> None:
    """The picture travels inside, under the name by which the HTML calls it."""
    letter = replace(
        LETTER, html='<img src="cid:chart-1@x">', pictures=(Picture("chart-1@x", "a.png", b"p"),)
    )
    text, html, pictures = bodies(freeze(letter, head, "key", now=NOW).mime)
    assert text == "Trygghet: 62,7 %\n"
    assert html == '<img src="cid:chart-1@x">\n'
    assert pictures == {"chart-1@x": b"p"}

"""Files of a project: few kinds, limited size, found by those who see the project."""

import pytest
from sqlalchemy.orm import Session

from impact.accounts.permissions import Actor
from impact.accounts.tables import Role
from impact.errors import Invalid, NotFound
from impact.registry import archiving
from impact.registry.documents import add_document, document_file
from impact.registry.project_tables import ProjectDocument
from impact.registry.stored_files import LARGEST
from tests.builders import NOW, Ground, make_ground, person

PDF = b"%PDF-1.7 trial"


@pytest.fixture
def ground(session: Session) -> Ground:
    return make_ground(session)


def add(session: Session, ground: Ground, name: str, content: bytes) -> ProjectDocument:
    facts = {"title_sv": "Avtal"}
    return add_document(
        session, ground.planner, ground.project.id, facts, now=NOW, file_name=name, content=content
    )


def outsider(session: Session) -> Actor:
    return person(session, Role.MANAGER, project_id=10**6)


def test_hands_out_what_was_stored_when_asked(session: Session, ground: Ground) -> None:
    """The bytes come back under the document's title, and the same bytes are kept once."""
    first, second = (add(session, ground, "Avtal v2.PDF", PDF) for _ in range(2))
    assert first.file_sha256 == second.file_sha256
    got = document_file(session, ground.planner, "centre", first.id)
    assert (got.name, got.media_type, got.content) == ("Avtal.pdf", "application/pdf", PDF)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>"),
        ("picture.svg", b"<svg>"),
        ("empty.pdf", b""),
        ("renamed.pdf", b"MZ"),
        ("noending", PDF),
        ("binary.txt", b"a\0b"),
        ("large.pdf", PDF + b"x" * LARGEST),
    ],
)
def test_refuses_file_that_is_none_of_the_kinds(
    session: Session, ground: Ground, name: str, content: bytes
) -> None:
    """What browsers would run, what is not what it says and what is too large is refused."""
    with pytest.raises(Invalid) as caught:
        add(session, ground, name, content)
    assert caught.value.field == "file"


def test_finds_no_file_when_foreign_or_withdrawn(session: Session, ground: Ground) -> None:
    """Who does not see the project finds no file; nobody finds a withdrawn one."""
    document = add(session, ground, "a.pdf", PDF)
    with pytest.raises(NotFound):
        document_file(session, outsider(session), "centre", document.id)
    archiving.withdraw_row(session, ground.planner, document, 1, now=NOW, reason="Wrong file")
    with pytest.raises(NotFound):
        document_file(session, ground.planner, "centre", document.id)

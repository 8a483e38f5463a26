"""A real mail server with STARTTLS or TLS and sign-in, under a certificate made for the test."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.conftest import MailServer, free_port

USER, PASSWORD = "impact", "a word for the mail server"


def make_certificate(folder: Path, name: str) -> Path:
    """Key and certificate for a name and for this machine's address, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    names: list[x509.GeneralName] = [x509.DNSName(name)] + ([address] if name == "localhost" else [])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@contextmanager
def tls_server(certificate: Path, *, at_once: bool = False) -> Iterator[MailServer]:
    """A server that takes mail only after TLS and a sign-in; TLS at once or by STARTTLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = MailServer("127.0.0.1", free_port())
    options: dict[str, Any] = {"ssl_context": context} if at_once else {"tls_context": context}
    controller = Controller(
        server,
        hostname=server.host,
        port=server.port,
        authenticator=_known,
        auth_required=True,
        auth_require_tls=not at_once,
        require_starttls=not at_once,
        **options,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def _known(_server: object, _session: object, _envelope: object, _way: str, given: Any) -> AuthResult:
    is_known = isinstance(given, LoginPassword) and (given.login, given.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=is_known, handled=False)

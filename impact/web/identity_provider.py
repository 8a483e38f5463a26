"""The OpenID provider of the installation, as pages ask it who somebody is."""

from __future__ import annotations

import logging
from typing import Any

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from impact.accounts.provider import Vouched
from impact.errors import ImpactError, Invalid
from impact.settings import Settings

NAME = "provider"
EXTENSION = "impact_provider"
DISCOVERY = "/.well-known/openid-configuration"
TIMEOUT_SECONDS = 10
# Signatures with a key that only the provider has; one made with our own password proves less.
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
LONGEST_SUBJECT = 255
log = structlog.get_logger()


class Unreachable(ImpactError):
    """The provider does not answer, or not as an OpenID provider does (503)."""

    status = 503


def know_provider(app: Flask, settings: Settings) -> None:
    """Let the app's pages ask the provider that the settings name; nothing without one."""
    app.extensions[EXTENSION] = None
    if not settings.oidc_issuer:
        return
    # At DEBUG it logs what proves to the provider who asks.
    logging.getLogger("authlib").setLevel(logging.WARNING)
    app.extensions[EXTENSION] = OAuth(app).register(
        NAME,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=settings.oidc_issuer.rstrip("/") + DISCOVERY,
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_SECONDS,
        },
    )


def has_provider() -> bool:
    """Whether people may sign in by an OpenID provider."""
    return current_app.extensions[EXTENSION] is not None


def way_to_provider(settings: Settings, back: str) -> Response:
    """The redirect to the provider, which will send the person back to that address.

    Raises:
        Unreachable: the provider does not answer as it should.
    """
    try:
        client = _client(settings)
        response: Response = client.authorize_redirect(back)
    except (RequestException, ValueError, KeyError, RuntimeError) as error:
        raise _unreachable(error) from error
    return response


def vouched_for(settings: Settings) -> Vouched:
    """Whom the provider vouches for in the request that came back from it.

    Raises:
        Invalid: it did not vouch for anybody who asked from this browser just now.
        Unreachable: the provider does not answer as it should.
    """
    try:
        client = _client(settings)
        token = client.authorize_access_token(
            claims_options={
                "iss": {"essential": True, "value": settings.oidc_issuer},
                "sub": {"essential": True},
                "nonce": {"essential": True},
            }
        )
        claims: dict[str, Any] = token["userinfo"]
    except (AuthlibBaseError, JoseError, KeyError) as error:
        log.warning("not vouched for", error=type(error).__name__)
        raise Invalid("The sign-in did not succeed. Please try again.") from error
    except (RequestException, ValueError, RuntimeError) as error:
        raise _unreachable(error) from error
    return _read(claims, settings)


def _client(settings: Settings) -> Any:
    """The provider's client, once it is sure that the provider is who the settings name."""
    client = current_app.extensions[EXTENSION]
    metadata = client.load_server_metadata()
    if metadata.get("issuer") != settings.oidc_issuer:
        client.server_metadata.clear()
        raise RuntimeError("the provider calls itself otherwise")
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [one for one in offered if one in ALGORITHMS]
    return client


def _read(claims: dict[str, Any], settings: Settings) -> Vouched:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Invalid("The sign-in did not succeed. Please try again.")
    groups = claims.get(settings.oidc_groups_claim)
    groups = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
    name = claims.get("preferred_username") or claims.get("name") or subject
    return Vouched(
        settings.oidc_issuer, subject, str(name), frozenset(one for one in groups if isinstance(one, str))
    )


def _unreachable(error: Exception) -> Unreachable:
    log.error("provider out of reach", error=type(error).__name__)
    return Unreachable("The sign-in service does not answer. Please try again later.")

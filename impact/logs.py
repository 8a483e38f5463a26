"""What the program writes about its work: one line an event, for people or for machines.

Values are data, never part of the text, so that a name with a line break cannot forge a
line. Whatever is bound to the context (``bind(request_id=…)``) stands in every line.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from impact.settings import Settings

HIDDEN = "(hidden)"
# Libraries that tell each step of work that went well.
TALKATIVE = ("alembic", "apscheduler", "matplotlib", "fontTools")
SECRET_WORDS = ("password", "secret", "token", "cookie", "authorization", "signature", "credential")


def set_up(settings: Settings, stream: TextIO | None = None) -> None:
    """Make this program log as the settings say, its libraries included."""
    stream = stream or sys.stderr
    before = _shared_steps()
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_writing_steps(settings.log_format),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))


def bind(**facts: object) -> None:
    """Facts that stand in every later line of this request or job."""
    structlog.contextvars.bind_contextvars(**facts)


def unbind_all() -> None:
    """Forget what was bound; done at the start of each request or job."""
    structlog.contextvars.clear_contextvars()


def _shared_steps() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _hide_secrets,
    ]


def _writing_steps(log_format: str) -> list[Processor]:
    if log_format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    lines = structlog.dev.ConsoleRenderer(
        colors=False,
        timestamp_key="at",
        pad_event_to=0,
        # Where rich is installed structlog would write the values of all variables, passwords among them.
        exception_formatter=structlog.dev.plain_traceback,
    )
    return [_on_one_line, lines]


def _on_one_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Line breaks and terminal commands in texts are written as what they are."""
    return {key: _escaped(value) if isinstance(value, str) else value for key, value in event.items()}


def _escaped(text: str) -> str:
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def _hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A fact whose name sounds like a secret is never written, nor one deep inside."""
    return {key: HIDDEN if _is_secret(key) else _without_secrets(value) for key, value in event.items()}


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: HIDDEN if _is_secret(str(key)) else _without_secrets(one) for key, one in value.items()}
    return value


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in SECRET_WORDS)

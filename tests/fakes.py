"""Stand-ins that work and remember, for parts that leave the house."""

from __future__ import annotations

from dataclasses import dataclass, field

from impact.delivery.transports import TransportError


@dataclass
class MemoryTransport:
    """Keeps what is handed over; ``failures`` are raised first, one a mail."""

    sent: list[tuple[bytes, str, str]] = field(default_factory=list)
    failures: list[TransportError] = field(default_factory=list)

    def send(self, mail: bytes, sender: str, recipient: str) -> str:
        """Keep the mail."""
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((mail, sender, recipient))
        return "250 kept in memory"

    def close(self) -> None:
        """Nothing is open."""

"""The configuration in the parent's first line: see the port, ``media.ingests.port``."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen. Port 0 takes any free one."""

    host: str = "127.0.0.1"
    port: int = 1935


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one publisher, and of all together."""

    connections: int = 50
    connections_per_address: int = 10
    unaccepted: int = 20
    unaccepted_per_address: int = 4
    handshake_seconds: float = 10
    silence_seconds: float = 20
    max_kbps: int = 20_000
    message_bytes: int = 4_000_000
    reconnect_seconds: float = 20
    takeover_seconds: float = 5


@dataclass(frozen=True, slots=True)
class Reencode:
    """How to re-encode streams that cannot be passed through."""

    preset: str = "superfast"
    max_kbps: int = 2500


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything the gateway gets when it starts."""

    listen: Listen = field(default_factory=Listen)
    limits: Limits = field(default_factory=Limits)
    reencode: Reencode = field(default_factory=Reencode)

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """Parse the first line's object; missing values have defaults. Raises ValueError naming the fault."""
        return cls(
            listen=_section(Listen, values.get("listen", {})),
            limits=_section(Limits, values.get("limits", {})),
            reencode=_section(Reencode, values.get("reencode", {})),
        )


def _section(kind: type[Any], values: Any) -> Any:
    """One section, each value of its default's type; numbers must not be negative."""
    if not isinstance(values, Mapping):
        raise ValueError(f"{kind.__name__} must be an object.")  # noqa: TRY004 — it comes from outside
    known = {each.name: each.type for each in fields(kind)}
    if unknown := set(values) - set(known):
        raise ValueError(f"{kind.__name__} has unknown names: {', '.join(sorted(map(str, unknown)))}.")
    for name, value in values.items():
        wanted: Any = {str: str, int: int, float: int | float}[known[name]]  # type: ignore[index]
        if not isinstance(value, wanted) or isinstance(value, bool) or (not isinstance(value, str) and value < 0):
            raise ValueError(f"{kind.__name__}.{name} is invalid.")
    return kind(**values)

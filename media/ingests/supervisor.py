"""Runs the engine that receives the streams of encoders: one process for all of them."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import structlog
from django.utils import timezone

from media.ingests import health as ingests
from media.ingests.health import IngestHealth
from media.ingests.port import (
    Ended,
    Health,
    IngestEngine,
    IngestEvent,
    IngestWarning,
    Interrupted,
    Listening,
    Publishing,
    PublishWanted,
    Resumed,
    TokenWanted,
)
from media.models import Ingest

logger = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before an engine that died is started again; doubles each time
STEADY_AFTER = 60.0  # seconds of running after which a death counts as the first again
RETURN_WITHIN = timedelta(seconds=40)  # seconds that an encoder has to come back after the engine died
ENGINE_LOST = "engine_lost"


@dataclass(frozen=True, slots=True)
class Admission:
    """An encoder may stream into ``room``. ``claim``: the grounds, which the authorizer judges again later."""

    room: str
    claim: str
    whip_url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An encoder is refused; some show the description."""

    description: str


class Authorizer(Protocol):
    """Decides about encoders; implemented by the product. Called on the supervisor's and the engine's threads."""

    def admit(self, *, ingest_key: str, address: str) -> Admission | Refusal:
        """Whether the encoder at ``address`` with this key may stream, and into which room."""

    def renew(self, room: str) -> Admission | None:
        """A token for a stream that lost the media room; None while it must not come back."""

    def dismissed(self, claims: dict[str, str]) -> dict[str, str]:
        """Of these rooms and their claims, those whose stream must end now, each with a sentence for the encoder."""


MakeEngine = Callable[[Callable[[IngestEvent], None], Callable[[int], None]], IngestEngine]


@dataclass(slots=True)
class _Admitted:
    ingest: Ingest
    claim: str
    details: dict[str, IngestWarning] = field(default_factory=dict)
    publishing: Publishing | None = None

    def on_event(self, event: IngestEvent) -> None:
        """Write down what became of the stream."""
        match event:
            case Publishing():
                self.publishing = event
                ingests.is_publishing(self.ingest)
            case Resumed():
                ingests.is_publishing(self.ingest)
            case Interrupted():
                ingests.is_interrupted(self.ingest, event.reason, event.detail)
            case Ended():
                self.publishing = None
                self.details.clear()
                ingests.is_over(self.ingest, event.reason, event.detail)
            case IngestWarning():
                self.details[event.code] = event
            case Health():
                ingests.keep_health(self.ingest.room, self._with_facts(event))

    def _with_facts(self, health: Health) -> IngestHealth:
        publishing = self.publishing
        return IngestHealth(
            health=health,
            video=publishing.video if publishing else None,
            audio=publishing.audio if publishing else None,
            details={code: self.details[code] for code in health.warnings if code in self.details},
        )


class Ingests:
    """The supervisor's part that keeps one engine running and answers it.

    The engine's state dies with it: encoders reconnect by themselves and are judged again.
    """

    def __init__(
        self, make_engine: MakeEngine, authorizer: Authorizer, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._make_engine = make_engine
        self._authorizer = authorizer
        self._clock = clock
        self._lock = threading.Lock()
        self._engine: IngestEngine | None = None
        self._started = 0.0
        self._due = 0.0
        self._pause = FIRST_PAUSE
        self._admitted: dict[str, _Admitted] = {}
        self._without_token: set[str] = set()
        self._settle_due = 0.0

    def tick(self) -> None:
        """Start the engine if it does not run; end streams that must not go on; let others back in."""
        if self._engine is None and self._clock() >= self._due:
            self._start()
        self._dismiss()
        self._give_tokens()
        if self._clock() >= self._settle_due:
            self._settle_due = self._clock() + 5
            self._settle()

    def stop(self, seconds: float) -> None:
        """End every stream and the engine."""
        with self._lock:
            engine, self._due = self._engine, float("inf")
        if engine is not None:
            engine.stop(seconds)

    def _start(self) -> None:
        engine = self._make_engine(self._on_event, self._lost)
        self._started = self._clock()
        with self._lock:
            self._engine = engine
        try:
            engine.start()
        except OSError as error:
            logger.warning("The engine for encoders could not be started", reason=error.strerror)
            self._forget_engine()

    def _lost(self, status: int) -> None:
        """The engine has ended. Runs on its thread, after its last event."""
        for admitted in self._forget_engine():
            ingests.is_interrupted(admitted.ingest, ENGINE_LOST)

    def _forget_engine(self) -> Collection[_Admitted]:
        with self._lock:
            now = self._clock()
            if now - self._started > STEADY_AFTER:
                self._pause = FIRST_PAUSE
            if self._due != float("inf"):
                self._due = now + self._pause
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            self._engine = None
            lost = list(self._admitted.values())
            self._admitted.clear()
            self._without_token.clear()
        return lost

    def _dismiss(self) -> None:
        with self._lock:
            engine = self._engine
            claims = {admitted.ingest.room: (name, admitted.claim) for name, admitted in self._admitted.items()}
        if engine is None or not claims:
            return
        dismissed = self._authorizer.dismissed({room: claim for room, (_name, claim) in claims.items()})
        for room, sentence in dismissed.items():
            name, claim = claims[room]
            with self._lock:
                now = self._admitted.get(name)
                if now is None or now.claim != claim:
                    continue
                del self._admitted[name]
                self._without_token.discard(name)
            engine.drop(name, description=sentence)
            ingests.is_over(now.ingest, "dropped")

    def _give_tokens(self) -> None:
        """Give tokens to streams that may return to their media rooms."""
        with self._lock:
            waiting = list(self._without_token)
        for name in waiting:
            self._give_token(name)

    def _settle(self) -> None:
        """End the streams of a dead engine whose encoders did not come back."""
        with self._lock:
            known = list(self._admitted)
        lost = Ingest.objects.exclude(state=Ingest.State.WAITING).exclude(pk__in=known)
        for ingest in lost.filter(changed_at__lt=timezone.now() - RETURN_WITHIN):
            ingests.is_over(ingest, ENGINE_LOST)

    # — events of the engine, on its own thread —

    def _on_event(self, event: IngestEvent) -> None:
        match event:
            case Listening():
                logger.info("Encoders can connect", port=event.port)
            case PublishWanted():
                self._judge(event)
            case TokenWanted():
                with self._lock:
                    self._without_token.add(event.ingest)
                self._give_token(event.ingest)
            case _:
                if admitted := self._admitted.get(event.ingest):
                    admitted.on_event(event)

    def _judge(self, event: PublishWanted) -> None:
        engine = self._engine
        if engine is None:
            return
        try:
            answer = self._authorizer.admit(ingest_key=event.key, address=event.address)
        except Exception as error:  # noqa: BLE001 — its trace could hold the key
            logger.error("Checking an encoder failed", error=type(error).__name__)  # noqa: TRY400
            return
        if isinstance(answer, Refusal):
            engine.refuse(event.connection, description=answer.description)
            return
        ingest = ingests.ingest_of(answer.room)
        name = str(ingest.pk)
        with self._lock:
            before = self._admitted.get(name)
            if before is None or before.claim != answer.claim:
                self._admitted[name] = _Admitted(ingest, answer.claim)
        if before is not None and before.claim != answer.claim:
            engine.drop(name, description="The stream key was changed.")
        engine.accept(event.connection, ingest=name, whip_url=answer.whip_url, token=answer.token)

    def _give_token(self, name: str) -> None:
        with self._lock:
            engine, admitted = self._engine, self._admitted.get(name)
        if engine is None or admitted is None:
            return
        admission = self._authorizer.renew(admitted.ingest.room)
        if admission is None:
            return
        with self._lock:
            if name not in self._without_token:
                return
            self._without_token.discard(name)
        engine.give_token(name, whip_url=admission.whip_url, token=admission.token)

"""From a committed change to the broker, without losing events.

Durable events are rows written in the transaction of their change. A drainer publishes them to the broker, those of a
session in the order of their ids, with the id as idempotency key, and deletes them afterwards; if it dies in between,
the next pass repeats them harmlessly. A nudge at commit makes it fast, a pass every second makes it reliable.

Only one of several processes drains at a time: the one that committed takes the lease for its pass. Sessions take
turns, so that one with many events does not delay another.

The ids of one topic are in commit order, because services lock the session's row before they emit. An event that the
broker refuses for its own sake blocks only its topic, and not for ever: it is set aside, and clients of the topic fetch
the state again.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import close_old_connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.background import BackgroundThread
from core.prepared import prepared
from core.round_robin import round_robin
from core.secrets import new_token
from core.writes import delete, insert
from realtime.brokers import BrokerDown, get_broker
from realtime.events import Event, StateStale
from realtime.leases import Lease
from realtime.models import OutboxEvent

logger = logging.getLogger(__name__)

POLL_EVERY = 1.0  # seconds
ATTEMPTS = 8  # tries after which an event that the broker refuses is set aside
FIRST_RETRY, LONGEST_RETRY = 1.0, 60.0  # seconds; doubles each time
GATHER = (
    0.01  # seconds from one pass to the next: what a crowd does meanwhile goes in one; clients get a frame each tick
)
LEASE_SECONDS = 10.0  # seconds after which a dead drainer is replaced
LEASE_RETRY = 0.02  # seconds after which a drainer that found another one at work tries again
_BATCH = 200
_CROWDED = 20  # events of one session in a full batch, beyond which others come along


def emit(*events: Event) -> None:
    """Publish an event of the present transaction, after its commit.

    Raises RuntimeError for a durable event outside a transaction: it could get lost between the change and its
    publication.
    """
    durable = [event for event in events if not event.volatile]
    if durable:
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("A durable event is told inside the transaction of its change.")
        insert(*map(_row, durable))
        transaction.on_commit(_drainer.nudge, robust=True)
    for event in events:
        if event.volatile:
            transaction.on_commit(partial(_publish_volatile, event), robust=True)


def emit_at_commit(event: Event) -> None:
    """As :func:`emit`, for an event that the crowd causes and whose loss is repaired within seconds, as that of changed
    rights is (sockets are judged again and again).

    A broker in this process cannot fail and holds every socket there is: it gets the event without a row and a drainer.
    """
    if not get_broker().is_local:
        emit(event)
        return
    transaction.on_commit(partial(_publish_at_once, event), robust=True)


def _publish_at_once(event: Event) -> None:
    key = new_token("", 9)
    get_broker().publish(event.topic_name, event.type, event.payload(), at=timezone.now(), idempotency_key=key)


def _row(event: Event) -> OutboxEvent:
    return OutboxEvent(topic=event.topic_name, type=event.type, data=event.payload())


def _publish_volatile(event: Event) -> None:
    get_broker().publish_volatile(event.topic_name, event.type, event.payload(), at=timezone.now())


def drain(may_go_on: Callable[[], bool] = lambda: True) -> int:
    """Publish and delete waiting events, oldest first; returns how many. ``may_go_on`` is asked before each batch.

    Raises BrokerDown, and whatever the database raises when it does not answer: nothing is lost then.
    """
    published = 0
    refused = set(_to_be_retried.all(now=timezone.now()))
    while may_go_on() and (rows := _next(refused)):
        done = _publish(rows, refused)
        published += done
        if done == len(rows) < _BATCH:
            break  # it was all: who commits more nudges again
    return published


@prepared
def _oldest() -> QuerySet[OutboxEvent]:
    return _waiting().order_by("id")


@prepared
def _to_be_retried(now: datetime) -> QuerySet[OutboxEvent, str]:
    return _waiting().filter(retry_at__gt=now).order_by().values_list("topic", flat=True)


def _next(refused: set[str]) -> list[OutboxEvent]:
    """The next batch: the oldest events or, if more wait, some of every session in turn.

    A session that fills the outbox delays only itself. The order within a session stays.
    """
    waiting = _waiting().exclude(topic__in=refused).order_by("id")
    rows = list(waiting[:_BATCH]) if refused else _oldest.page(0, _BATCH)
    if len(rows) < _BATCH:
        return rows
    crowded = [whose for whose, number in Counter(map(_whose, rows)).items() if number > _CROWDED]
    for whose in crowded:
        waiting = waiting.exclude(topic__contains=whose)
    if crowded:
        rows = sorted({row.pk: row for row in (*rows, *waiting[:_BATCH])}.values(), key=lambda row: row.pk)
    return round_robin(rows, _whose)


def _whose(row: OutboxEvent) -> str:
    """The session that the topic belongs to, according to its name (``realtime.events``); otherwise the topic."""
    kind, _colon, rest = row.topic.partition(":")
    if kind in ("session", "control"):
        return rest.partition(":")[0]
    return rest.rpartition(":")[2] if kind == "user" else row.topic


def _waiting() -> QuerySet[OutboxEvent]:
    return OutboxEvent.objects.filter(set_aside_at=None)


def _publish(rows: list[OutboxEvent], refused: set[str]) -> int:
    """Publish and delete ``rows``, except those whose topic is, or becomes, ``refused``; returns how many."""
    broker, done = get_broker(), []
    try:
        for row in rows:
            if row.topic in refused:
                continue
            try:
                broker.publish(row.topic, row.type, row.data, at=row.at, idempotency_key=str(row.pk))
            except BrokerDown:
                raise
            except Exception as error:  # noqa: BLE001 — whatever it is, it is this row's own fault
                if not _refuse(row, error):
                    refused.add(row.topic)
            else:
                done.append(row.pk)
    finally:
        if done:
            delete(OutboxEvent, done)
    return len(done)


def _refuse(row: OutboxEvent, error: Exception) -> bool:
    """Store that the broker refused ``row``; returns whether it was set aside, so that its topic can continue."""
    row.attempts += 1
    row.error = f"{type(error).__name__}: {error}"[:2000]
    if is_last := row.attempts >= ATTEMPTS:
        row.set_aside_at = timezone.now()
        logger.error("An event cannot be published and was set aside: %s (%s)", row.pk, row.error)
    else:
        wait = min(LONGEST_RETRY, FIRST_RETRY * 2 ** (row.attempts - 1))
        row.retry_at = timezone.now() + timedelta(seconds=wait)
        logger.warning("An event could not be published; trying again: %s (%s)", row.pk, row.error)
    with transaction.atomic():
        row.save(update_fields=["attempts", "error", "retry_at", "set_aside_at"])
        if is_last and row.type != StateStale.type:
            OutboxEvent.objects.bulk_create([_row(StateStale.on(row.topic))])
    return is_last


class Drainer:
    """The draining thread; of several processes' threads one works at a time."""

    def __init__(self) -> None:
        self._lease = Lease("outbox", LEASE_SECONDS)
        self._thread = BackgroundThread("outbox", self._run)

    def nudge(self) -> None:
        """Drain soon; returns at once."""
        self._thread.nudge()

    def start(self) -> None:
        """Start draining; harmless if it already does."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the present pass and stop. What is left in the outbox waits for the next start."""
        self._thread.stop()

    def _run(self) -> None:
        wait = LEASE_RETRY
        while not self._thread.is_stopping():
            began = time.monotonic()
            if self._pass():
                wait = LEASE_RETRY
                self._thread.wait(POLL_EVERY)
                if (early := began + GATHER - time.monotonic()) > 0:
                    self._thread.pause(early)
            else:
                self._thread.pause(wait)
                wait = min(2 * wait, POLL_EVERY)

    def _pass(self) -> bool:
        """Drain once; False if another process is draining and something waits."""
        close_old_connections()
        try:
            if not _oldest.page(0, 1):
                return True
            if not self._lease.holds():
                return False
            try:
                drain(self._lease.holds)
            finally:
                self._lease.release()
        except BrokerDown as error:
            logger.warning("The broker does not answer; the outbox waits: %s", error)
        except Exception:
            logger.exception("The outbox could not be drained; trying again")
        finally:
            close_old_connections()
        return True


_drainer = Drainer()


def start_drainer() -> None:
    """Drain the outbox in a thread of this process."""
    _drainer.start()


def stop_drainer() -> None:
    """End that thread."""
    _drainer.stop()

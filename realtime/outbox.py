"""From a committed change to the broker, losing nothing on the way.

Durable events are rows written in the transaction of the change they tell of. A drainer hands them to the broker in
the order of their ids, with the id as idempotency key, and deletes them afterwards: whoever dies in between, the next
pass repeats it without harm. A nudge at commit makes it quick, a look every second makes it certain.
"""

import logging
import threading
from functools import partial

from django.db import close_old_connections, connections, transaction
from django.utils import timezone

from realtime.brokers import get_broker
from realtime.events import Event
from realtime.models import OutboxEvent

logger = logging.getLogger(__name__)

POLL_EVERY = 1.0  # seconds
_BATCH = 200


def tell(*events: Event) -> None:
    """Tell what the present transaction changes; nobody hears of it unless the transaction commits.

    Raises RuntimeError for a durable event outside a transaction: it could get lost between the change and its telling.
    """
    durable = [event for event in events if not event.volatile]
    if durable:
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("A durable event is told inside the transaction of its change.")
        OutboxEvent.objects.bulk_create(
            OutboxEvent(topic=event.topic_name, type=event.type, data=event.payload()) for event in durable
        )
        transaction.on_commit(_drainer.nudge, robust=True)
    for event in events:
        if event.volatile:
            transaction.on_commit(partial(_publish_volatile, event), robust=True)


def _publish_volatile(event: Event) -> None:
    get_broker().publish_volatile(event.topic_name, event.type, event.payload(), at=timezone.now())


def drain() -> int:
    """Publish and delete what waits, oldest first; returns how many rows. Raises when database or broker do not
    answer.
    """
    broker, published = get_broker(), 0
    while rows := list(OutboxEvent.objects.order_by("id")[:_BATCH]):
        for row in rows:
            broker.publish(row.topic, row.type, row.data, at=row.at, idempotency_key=str(row.pk))
        OutboxEvent.objects.filter(pk__in=[row.pk for row in rows]).delete()
        published += len(rows)
    return published


class Drainer:
    """The thread that drains. One for each database: with several processes one of them holds it."""

    def __init__(self) -> None:
        self._work = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def nudge(self) -> None:
        """There is something to drain; returns at once."""
        self._work.set()

    def start(self) -> None:
        """Begin draining; harmless when it already does."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Finish the pass at hand and end. What is left in the outbox waits for the next start."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            self._work.set()
            thread.join(timeout)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._work.clear()
                self._pass()
                self._work.wait(POLL_EVERY)
        finally:
            connections.close_all()

    def _pass(self) -> None:
        close_old_connections()
        try:
            drain()
        except Exception:
            logger.exception("The outbox could not be drained; trying again")
        finally:
            close_old_connections()


_drainer = Drainer()


def start_drainer() -> None:
    """Drain the outbox in a thread of this process."""
    _drainer.start()


def stop_drainer() -> None:
    """End that thread."""
    _drainer.stop()

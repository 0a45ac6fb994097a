"""Publishes to the product's broker, as one of its own processes would: a number a line on stdin, an offset a line out.

Its stamp is in the event's data; the frame that the sockets get has as many bytes as the second
argument says.
"""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webinar.settings")
django.setup()

from django.utils import timezone

from realtime.brokers import get_broker

#: What the product's own frame adds around the text: topic, offset, type, time, and the list of events.
_AROUND = 200


def main(topic: str, size: int) -> None:
    broker = get_broker()
    for line in sys.stdin:
        number = int(line)
        data = {"n": number, "t": time.monotonic_ns(), "x": "x" * max(0, size - _AROUND)}
        offset = broker.publish(topic, "bench", data, at=timezone.now(), idempotency_key=f"{time.monotonic_ns()}")
        sys.stdout.write(f"{offset}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 250)

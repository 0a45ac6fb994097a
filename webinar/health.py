"""Health of the product, for load balancers and people on call. Answers contain no secrets and no addresses."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.db import connection
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.viewsets import ApiViewSet
from core.addresses import clients_are_hidden
from core.api.views import operation
from core.errors import Unavailable
from core.ids import uuid7
from media.livekit import client as livekit
from realtime.brokers import get_broker
from webinar.celery import app as celery
from webinar.serve.parts import ALL as PARTS
from webinar.serve.roll_call import parts_here, parts_missing

logger = structlog.get_logger(__name__)

UP, DOWN = "up", "down"
SEEN, HIDDEN = "seen", "hidden"


class HealthResponse(serializers.Serializer[Any]):
    """The process answers."""

    status = serializers.ChoiceField(["alive"])


class PartResponse(serializers.Serializer[Any]):
    """One part: whether it works, and how long the check took."""

    status = serializers.ChoiceField([UP, DOWN])
    latency_ms = serializers.IntegerField(help_text="Whole milliseconds.")


class ReadinessResponse(serializers.Serializer[Any]):
    """Every part that the product depends on; ``degraded`` means that media is down or a part runs nowhere."""

    status = serializers.ChoiceField(["ready", "degraded", "unavailable"])
    database = PartResponse()
    broker = PartResponse()
    storage = PartResponse()
    media = PartResponse()
    clients = serializers.ChoiceField(
        [SEEN, HIDDEN],
        help_text="`hidden`: a proxy that TRUSTED_PROXIES does not name, or the container's own gateway, stands "
        "between, so that everybody counts as one address for every limit.",
    )
    runs = serializers.ListField(
        child=serializers.ChoiceField(PARTS), help_text="The parts that the process runs which answers."
    )
    missing = serializers.ListField(
        child=serializers.ChoiceField(PARTS), help_text="Parts that neither it nor another process has run lately."
    )


class HealthViewSet(ApiViewSet):
    """Requested often and by anybody, so nobody is authenticated."""

    authentication_classes = ()

    @operation("Health", reply=HealthResponse, public=True, operation_id="health_alive")
    def alive(self, request: Request) -> Response:
        """Check whether the process answers."""
        return self.reply({"status": "alive"})

    @operation("Health", reply=ReadinessResponse, public=True, errors=[Unavailable], operation_id="health_ready")
    def ready(self, request: Request) -> Response:
        """Check whether each part works.

        503 only if the product cannot answer; without its media engine, or while a part such as `worker` runs in no
        process, it is `degraded`, with 200.
        """
        parts = {
            "database": probe("database", _ask_database),
            "broker": probe("broker", _ask_broker),
            "storage": probe("storage", _ask_storage),
            "media": probe("media", _ask_media),
        }
        needed = [part["status"] for name, part in parts.items() if name != "media"]
        if DOWN in needed:
            raise Unavailable
        runs, missing = parts_here(), parts_missing()
        status = "degraded" if missing or parts["media"]["status"] == DOWN else "ready"
        clients = HIDDEN if clients_are_hidden() else SEEN
        return self.reply({"status": status, **parts, "clients": clients, "runs": runs, "missing": missing})


def probe(name: str, ask: Callable[[], None]) -> dict[str, Any]:
    """The part's state and the milliseconds of the check; the cause of a failure is only logged."""
    began = time.perf_counter()
    try:
        ask()
    except Exception as error:  # noqa: BLE001 — whatever it is, the part is down
        logger.warning("A part does not answer", part=name, reason=str(error))
        status = DOWN
    else:
        status = UP
    return {"status": status, "latency_ms": round((time.perf_counter() - began) * 1000)}


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


def _ask_broker() -> None:
    with celery.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    get_broker().check()


def _ask_storage() -> None:
    """Write and remove a byte where uploads are stored: detects a full or read-only disk."""
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    trial = settings.MEDIA_ROOT / f".health-{uuid7()}"
    try:
        trial.write_bytes(b"1")
    finally:
        trial.unlink(missing_ok=True)


def _ask_media() -> None:
    if not livekit.is_up():
        raise ConnectionError("LiveKit does not answer.")


urlpatterns = [
    path("health", HealthViewSet.as_view({"get": "alive"}), name="health"),
    path("health/ready", HealthViewSet.as_view({"get": "ready"}), name="health-ready"),
]

"""The outbox: events that are committed but not published yet."""

from django.db import models
from django.utils import timezone


class OutboxEvent(models.Model):
    """A durable event, written in the transaction of its change; its id is the idempotency key.

    An event that the broker refuses is tried again at ``retry_at``, before anything later on its topic. After the last
    try it is set aside for staff to see, and clients of its topic are told to fetch the state again.
    """

    topic = models.CharField(max_length=120, db_index=True)
    type = models.CharField(max_length=64)
    data = models.JSONField()
    at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    set_aside_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        db_table = "realtime_outbox"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.type} on {self.topic}"

"""Eight fields."""

from django.db import models


class Event(models.Model):
    """Something that takes place."""

    title = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=9, default="scheduled")
    starts_at = models.DateTimeField()
    capacity = models.PositiveIntegerField(default=100)
    is_public = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.title

"""The project: settings, addresses, API conventions, the one-process runner."""

from webinar.celery import app as celery_app

__all__ = ["celery_app"]

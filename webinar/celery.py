"""The Celery application; tasks are nudges, the database says what is due."""

import os

import celery.events  # noqa: F401 — Celery imports it when it first sends: two threads that do so block each other
from celery import Celery

from webinar.task_queue import register

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webinar.settings")
register()
app = Celery("webinar")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

"""The Celery application; tasks are nudges, the database says what is due."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webinar.settings")
app = Celery("webinar")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

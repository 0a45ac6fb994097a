"""The Celery application; tasks are nudges, the database says what is due."""

import os
from typing import Any

import celery.events  # noqa: F401 — Celery imports it when it first sends: two threads that do so block each other
from celery import Celery, Task

from webinar.task_queue import register

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webinar.settings")


class RetriedTask(Task):
    """What the database refuses for nobody's fault is done again; what it writes goes ahead of the crowd."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from core.precedence import ahead  # these need the settings
        from core.refusals import once_more

        with ahead():
            return once_more(lambda: self.run(*args, **kwargs))


register()
app = Celery("webinar", task_cls=RetriedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

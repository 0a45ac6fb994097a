"""Structured logs: one event in each line, with the request's id, without secrets and bounded in length."""

import logging
from typing import Any

import structlog

from webinar.redaction import redact
from webinar.settings.variables import read

# Lines name neither process nor thread, for which Python would look with each.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False

_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]
_renderer = (
    structlog.processors.JSONRenderer()
    if read("LOG_FORMAT") == "json"
    else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
)

structlog.configure(
    processors=[structlog.stdlib.filter_by_level, *_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _shared,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact,
                _renderer,
            ],
        }
    },
    "filters": {"routes": {"()": "webinar.request_log.RouteFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured", "filters": ["routes"]}},
    "root": {"handlers": ["console"], "level": read("LOG_LEVEL")},
    "loggers": {
        "django.request": {"level": "CRITICAL"},  # a second line about requests that webinar.request_log tells of
        "uvicorn.access": {"level": "WARNING"},
        "uvicorn.error": {"level": "WARNING"},  # below, it logs socket addresses with their tokens
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},  # below, it logs headers
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
    },
}

"""The project: settings, addresses, API conventions, the one-process runner."""

from webinar.celery import app as celery_app

#: The product's version, in one place.
__version__ = "0.2.0"

__all__ = ["__version__", "celery_app"]

"""Clean-up of accounts, by beat."""

from celery import shared_task

from accounts import credentials, replies


@shared_task
def forget_spent_credentials() -> None:
    """Delete expired and spent tokens, codes and kept replies."""
    credentials.forget_spent()
    replies.forget_old()

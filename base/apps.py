from django.apps import AppConfig


class BaseConfig(AppConfig):
    """What every layer may use: identifiers, secrets, the error family, locks on rows."""

    name = "base"

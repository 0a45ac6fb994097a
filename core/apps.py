from django.apps import AppConfig


class CoreConfig(AppConfig):
    """What every layer may use: identifiers, secrets, the error family, locks on rows."""

    name = "core"

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Shared by every layer: identifiers, secrets, the error family, row locks."""

    name = "core"

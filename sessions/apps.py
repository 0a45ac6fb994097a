from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Labelled ``live_sessions``: Django's own session store already has the label ``sessions``."""

    name = "sessions"
    label = "live_sessions"

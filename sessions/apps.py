from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Labelled ``live_sessions``: Django's own session store already has the label ``sessions``."""

    name = "sessions"
    label = "live_sessions"

    def ready(self) -> None:
        """Accounts tell of another name."""
        from accounts.names import when_renamed
        from sessions import names

        when_renamed(names.follow_rename)

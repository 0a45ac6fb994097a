from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "recordings"

    def ready(self) -> None:
        """What a session asks of this app."""
        from recordings import services, state
        from sessions.parts import SessionPart, register

        register(SessionPart(close=services.close, shared=state.shared))

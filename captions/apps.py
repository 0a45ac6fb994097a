from django.apps import AppConfig


class CaptionsConfig(AppConfig):
    name = "captions"

    def ready(self) -> None:
        """Register what this app adds to sessions."""
        from captions import services, state
        from sessions.parts import SessionPart, register

        register(SessionPart(forget=services.forget, shared=state.shared))

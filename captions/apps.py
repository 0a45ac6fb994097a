from django.apps import AppConfig


class CaptionsConfig(AppConfig):
    name = "captions"

    def ready(self) -> None:
        """What a session asks of this app."""
        from captions import services, state
        from sessions.parts import SessionPart, register

        register(SessionPart(forget=services.forget, shared=state.shared))

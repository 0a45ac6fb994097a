from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"

    def ready(self) -> None:
        """What a session asks of this app."""
        from chat import part, state
        from sessions.parts import SessionPart, register

        register(
            SessionPart(
                drop_rehearsal=part.drop_rehearsal,
                close=part.close,
                forget=part.forget,
                shared=state.shared,
                personal=state.PERSONAL,
            )
        )

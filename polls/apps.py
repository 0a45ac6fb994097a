from django.apps import AppConfig


class PollsConfig(AppConfig):
    name = "polls"

    def ready(self) -> None:
        """Register what this app adds to sessions."""
        from polls import services, state
        from sessions.parts import SessionPart, register

        register(
            SessionPart(
                drop_rehearsal=services.drop_rehearsal,
                close=services.close,
                copy=services.copy,
                forget=services.forget,
                shared=state.shared,
                personal=state.PERSONAL,
            )
        )

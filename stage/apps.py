from django.apps import AppConfig


class StageConfig(AppConfig):
    name = "stage"

    def ready(self) -> None:
        """What a session asks of this app."""
        from sessions.parts import SessionPart, register
        from stage import services, state

        register(
            SessionPart(
                drop_rehearsal=services.drop_rehearsal,
                close=services.close,
                forget=services.forget,
                role_lost=services.take_off,
                shared=state.shared,
                personal=state.personal,
            )
        )

from django.apps import AppConfig


class StageConfig(AppConfig):
    name = "stage"

    def ready(self) -> None:
        """Register what this app adds to sessions."""
        from sessions.parts import SessionPart, register
        from stage import part, state
        from stage.places import take_off

        register(
            SessionPart(
                drop_rehearsal=part.drop_rehearsal,
                close=part.close,
                forget=part.forget,
                role_lost=take_off,
                shared=state.shared,
                personal=state.PERSONAL,
            )
        )

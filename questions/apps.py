from django.apps import AppConfig


class QuestionsConfig(AppConfig):
    name = "questions"

    def ready(self) -> None:
        """Register what this app adds to sessions."""
        from questions import services, state
        from sessions.parts import SessionPart, register

        register(
            SessionPart(
                drop_rehearsal=services.drop_rehearsal,
                close=services.close,
                forget=services.forget,
                shared=state.shared,
                personal=state.PERSONAL,
            )
        )

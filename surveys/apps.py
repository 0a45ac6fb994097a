from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "surveys"

    def ready(self) -> None:
        """Register what this app adds to sessions."""
        from sessions.parts import SessionPart, register
        from surveys import services

        register(SessionPart(forget=services.forget))

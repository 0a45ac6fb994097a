from django.apps import AppConfig


class HLSConfig(AppConfig):
    name = "hls"

    def ready(self) -> None:
        """Register what this app adds to sessions."""
        from hls import demand, state
        from sessions.parts import SessionPart, register

        register(SessionPart(close=demand.close, shared=state.shared))

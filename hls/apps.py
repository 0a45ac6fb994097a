from django.apps import AppConfig


class HLSConfig(AppConfig):
    name = "hls"

    def ready(self) -> None:
        """What a session asks of this app."""
        from hls import demand, state
        from sessions.parts import SessionPart, register

        register(SessionPart(close=demand.close, shared=state.shared))

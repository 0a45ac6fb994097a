from django.apps import AppConfig


class RecordingsConfig(AppConfig):
    name = "recordings"

    def ready(self) -> None:
        """Register what this app adds to sessions, and connect its background tasks."""
        from recordings import services, state, tasks
        from recordings.nudges import poster_wanted, processing_due, trim_wanted
        from sessions.parts import SessionPart, register

        processing_due.connect(tasks.process_recording)
        trim_wanted.connect(tasks.trim_recording)
        poster_wanted.connect(tasks.make_poster)
        register(SessionPart(close=services.close, shared=state.shared))

from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "live"

    def ready(self) -> None:
        """Connect this app to nudges and hooks of lower apps: closed organizations, media rooms, captions of
        recordings.
        """
        from live import tasks
        from live.services import transcripts
        from organizations.services import organization_changed
        from recordings.nudges import recording_completed
        from sessions.services import media_room_due

        organization_changed.connect(tasks.follow_organization)
        media_room_due.connect(tasks.reconcile_room)
        recording_completed.connect(transcripts.make_tracks)

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Labelled ``live_sessions``: Django's own session store already has the label ``sessions``."""

    name = "sessions"
    label = "live_sessions"

    def ready(self) -> None:
        """Register roles and presence as a part of sessions, and follow changes of accounts and rooms."""
        from accounts.changes import people_changed
        from accounts.names import renamed
        from rooms.services import room_changed, room_deleted
        from sessions import state, tasks
        from sessions.hosting import room_moved
        from sessions.parts import SessionPart, register
        from sessions.people import names
        from sessions.people.services import invitation_due

        renamed.connect(names.follow_rename)
        people_changed.connect(tasks.follow_people)
        invitation_due.connect(tasks.send_invitation)
        room_changed.connect(tasks.follow_room)
        room_deleted.connect(tasks.cancel_sessions_of_room)
        room_moved.connect(tasks.send_room_moved)
        register(SessionPart(shared=state.shared))

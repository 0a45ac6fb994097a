"""The topics of a session by who holds them, written out independently of the product."""


def of(session, *names):
    return {f"session:{session.pk}" + (f":{name}" if name else "") for name in names}


def watching(session, user):
    """Somebody who watches a live session without having come in."""
    return of(session, "lobby", "") | {f"user:{user.pk}:{session.pk}"}


def inside(session, user):
    """The audience in a live session, with the preset's defaults."""
    return watching(session, user) | of(session, "chat", "polls", "questions")


def crew(session, user):
    return inside(session, user) | of(session, "people", "team", "crew", "moderation")

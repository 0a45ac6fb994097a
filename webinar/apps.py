from django.apps import AppConfig


class WebinarConfig(AppConfig):
    """The project itself: commands, checks, health, pages that belong to no domain app."""

    name = "webinar"

    def ready(self) -> None:
        from webinar import checks  # noqa: F401 — registers itself

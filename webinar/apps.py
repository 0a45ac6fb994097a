from django.apps import AppConfig
from django.contrib.admin import apps as admin


class WebinarConfig(AppConfig):
    """The project itself: commands, checks, health, pages that belong to no domain app."""

    name = "webinar"

    def ready(self) -> None:
        from webinar import checks  # noqa: F401 — registers itself


class StaffAdminConfig(admin.AdminConfig):
    """Django's admin on our site class."""

    default = False  # of this module's two configurations, this is not the project's own
    default_site = "webinar.admin_site.Site"

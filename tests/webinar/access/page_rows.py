"""The row of each page: as the table says, and for those of models in admin as the models themselves permit."""

from typing import Any

from django.contrib import admin
from django.test import RequestFactory

from accounts.models import User
from tests.webinar.access.callers import NOBODY, SUPERUSER
from tests.webinar.access.pages import PAGE_ROWS, PageRow
from tests.webinar.access.routes import Route
from tests.webinar.access.world import World

_MODELS = {
    f"admin/{model._meta.app_label}/{model._meta.model_name}/": shown for model, shown in admin.site._registry.items()
}


def page_row(route: Route) -> PageRow | None:
    """The row of a page; those of models in admin all follow one rule: what the model's admin permits a superuser."""
    if route.pattern.startswith("admin/^(?P<app_label>"):
        return PAGE_ROWS["admin/^(?P<app_label>…)/$"]
    if route.pattern in PAGE_ROWS:
        return PAGE_ROWS[route.pattern]
    for start, shown in _MODELS.items():
        if route.pattern.startswith(start):
            return _model_row(shown, route.pattern.removeprefix(start))
    return None


def _model_row(shown: Any, what: str) -> PageRow | None:
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_staff=True, is_active=True)

    def pk(world: World) -> dict[str, str]:
        row = shown.model._base_manager.first()
        return {"object_id": str(row.pk)} if row else {}

    may = {
        "": (True, True),
        "add/": (shown.has_add_permission(request),) * 2,
        "<path:object_id>/change/": (True, shown.has_change_permission(request)),
        "<path:object_id>/delete/": (shown.has_delete_permission(request),) * 2,
        "<path:object_id>/history/": (True, True),
        "<path:object_id>/": (True, True),
        "<id>/password/": (True, True),
    }.get(what)
    if may is None:
        return None
    see, send = (SUPERUSER if each else NOBODY for each in may)
    return PageRow(see, send, pk)

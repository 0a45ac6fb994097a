"""All routes of the product, found by walking the URLconf: what is not in webinar/urls.py is not there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

API = "v1/webinar/"
PLACE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """``pattern`` as Django writes it, with the parts of the resolvers above it; ``methods`` those of an API view."""

    pattern: str
    methods: tuple[str, ...] = ()

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith(API)

    @property
    def names(self) -> list[str]:
        """Of the parameters in its address."""
        return [one or other for one, other in PLACE.findall(self.pattern)]

    def address(self, values: dict[str, str]) -> str:
        """The path with these parameters. Raises KeyError for one that is not among them."""
        bare = self.pattern.replace("^", "").replace("$", "")
        return "/" + PLACE.sub(lambda found: str(values[found[1] or found[2]]), bare).replace(".*", "nothing-here")


@cache
def routes() -> list[Route]:
    """Each address once, in the order of the URLconf."""
    return list(dict.fromkeys(_walk(get_resolver(), "")))


def _walk(resolver: URLResolver, before: str) -> Iterator[Route]:
    for part in resolver.url_patterns:
        regex = part.pattern.regex.pattern if isinstance(part.pattern, RegexPattern) else str(part.pattern)
        pattern = before + regex.removesuffix("\\Z")
        if isinstance(part, URLPattern):
            yield Route(pattern, _methods(part.callback))
        else:
            yield from _walk(part, pattern)


def _methods(view: Any) -> tuple[str, ...]:
    """What an API view answers; pages do not say it."""
    actions = getattr(view, "actions", None)
    if actions:
        return tuple(method.upper() for method in actions)
    shown = getattr(view, "cls", None)
    handled = ("get", "post", "put", "patch", "delete")
    return tuple(method.upper() for method in handled if hasattr(shown, method)) if shown else ()


def of_models() -> dict[str, str]:
    """The first part of the addresses of each model in admin → its label."""
    return {
        f"admin/{model._meta.app_label}/{model._meta.model_name}/": model._meta.label for model in admin.site._registry
    }

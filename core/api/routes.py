"""The API's addresses, found by their parts instead of one after the other.

Django tries every pattern in turn until one matches, and notes each that did not. Here the parts of a path between its
slashes lead to the few patterns that can match it, which Django then tries as ever, in the order of their declaration.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Self

from django.core.exceptions import ImproperlyConfigured
from django.urls import Resolver404, ResolverMatch, URLPattern, URLResolver
from django.urls.resolvers import RoutePattern


@dataclass(slots=True)
class _Node:
    """What follows after some parts: a part as it is written, or any (a parameter); and the patterns that end here."""

    named: dict[str, Self] = field(default_factory=dict)
    any: Self | None = None
    ends: list[tuple[int, URLPattern]] = field(default_factory=list)

    def following(self, part: str) -> Self:
        """The node after ``part`` of a route; it is made where there is none."""
        if "<" not in part:
            return self.named.setdefault(part, type(self)())
        self.any = self.any or type(self)()
        return self.any

    def found(self, parts: list[str], depth: int = 0) -> Iterator[tuple[int, URLPattern]]:
        """The patterns that a path of these parts leads to from here."""
        if depth == len(parts):
            yield from self.ends
            return
        named = self.named.get(parts[depth])
        for node in (named, self.any):
            if node is not None:
                yield from node.found(parts, depth + 1)


class Routes(URLResolver):
    """The patterns of ``modules``, in this order, below ``prefix``."""

    def __init__(self, prefix: str, modules: list[str]) -> None:
        patterns = [pattern for module in modules for pattern in import_module(module).urlpatterns]
        if not all(isinstance(pattern, URLPattern) for pattern in patterns):
            raise ImproperlyConfigured("Routes takes patterns of views alone: put those of an include in their place.")
        super().__init__(RoutePattern(prefix), patterns)
        self._tree = _Node()
        self._anywhere: list[tuple[int, URLPattern]] = []
        for numbered in enumerate(patterns):
            self._add(numbered)

    def resolve(self, path: str) -> ResolverMatch:
        """As Django's. Raises Resolver404."""
        found = self.pattern.match(str(path))
        if found is None:
            raise Resolver404({"path": path})
        rest = found[0]
        candidates = sorted([*self._tree.found(rest.split("/")), *self._anywhere], key=_place)
        for _number, pattern in candidates:
            match = pattern.resolve(rest)
            if match:
                return match
        raise Resolver404({"tried": [[pattern] for _number, pattern in candidates], "path": rest})

    def _add(self, numbered: tuple[int, URLPattern]) -> None:
        route = numbered[1].pattern
        if not isinstance(route, RoutePattern) or "<path:" in str(route):  # no other converter takes a slash
            self._anywhere.append(numbered)
            return
        node = self._tree
        for part in str(route).split("/"):
            node = node.following(part)
        node.ends.append(numbered)


def _place(numbered: tuple[int, URLPattern]) -> int:
    return numbered[0]

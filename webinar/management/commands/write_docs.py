"""Writes files that are generated from the code: docs and deploy."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from sockets.centrifugo.configuration import configuration
from webinar.asyncapi import asyncapi_document
from webinar.settings.variables import BASE_DIR, VARIABLES


class Command(BaseCommand):
    help = (
        "Write the files under docs/ and deploy/ that come from the code; with --check only say which are out of date."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; fail when a file is out of date.")

    def handle(self, *args: Any, **options: Any) -> None:
        stale = []
        for name, make in DOCUMENTS.items():
            path, text = BASE_DIR / name, make()
            if path.exists() and path.read_text() == text:
                continue
            if options["check"]:
                stale.append(name)
            else:
                path.write_text(text)
                self.stdout.write(f"wrote {name}")
        if stale:
            raise CommandError(f"Out of date: {', '.join(stale)}. Run: .venv/bin/python manage.py write_docs")


def settings_document() -> str:
    """The table of environment variables, grouped as in webinar/settings/variables.py."""
    lines = [
        "# Settings",
        "",
        "Settings are environment variables, or lines `NAME=value` in a file `.env` beside `manage.py`; the",
        "environment wins. With none set, `make run` gives a product for this machine. This page is generated from",
        "`webinar/settings/variables.py` by `manage.py write_docs`.",
    ]
    group = None
    for variable in VARIABLES:
        if variable.group != group:
            group = variable.group
            lines += ["", f"## {group}", "", "| variable | kind | default | what it does |", "|---|---|---|---|"]
        default = f"`{variable.default}`" if variable.default else "empty"
        note = " Secret." if variable.secret else ""
        lines.append(f"| `{variable.name}` | {variable.kind} | {default} | {variable.help}{note} |")
    return "\n".join(lines) + "\n"


def openapi_document() -> str:
    """The OpenAPI file as `/v1/webinar/schema` serves it."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    rendered: bytes = OpenApiYamlRenderer().render(schema, renderer_context={})
    return rendered.decode()


def centrifugo_document() -> str:
    """Centrifugo's configuration for a product on this machine."""
    return json.dumps(configuration(origin="http://localhost:8000", port=8000), indent=2) + "\n"


#: Path from the project's root → the function that makes the text.
DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/settings.md": settings_document,
    "docs/openapi.yaml": openapi_document,
    "docs/asyncapi.yaml": asyncapi_document,
    "deploy/centrifugo.json": centrifugo_document,
}

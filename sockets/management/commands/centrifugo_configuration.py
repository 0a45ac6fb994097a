"""Centrifugo's configuration file for the present settings."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from sockets.centrifugo.configuration import configuration


class Command(BaseCommand):
    help = (
        "Print Centrifugo 6's configuration for the present settings. Its secrets are not in it: start Centrifugo with "
        "CENTRIFUGO_HTTP_API_KEY and CENTRIFUGO_VAR_PROXY_SECRET in its environment."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(configuration(origin=settings.BASE_URL, port=settings.PORT), indent=2))

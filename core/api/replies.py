"""Replies with a published object: its JSON is written once, by pydantic, for body and ETag alike."""

import time
from typing import Any

from rest_framework.response import Response

from core.published import Published


class PublishedResponse(Response):
    """The envelope around ``value``. ``data``, for who looks into the reply, is made when it is asked for."""

    def __init__(self, value: Published, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.value = value
        self.json = value.as_bytes()
        self._data: Any = None
        super().__init__(None, status, headers=headers)

    @property
    def data(self) -> Any:
        if self._data is None:
            self._data = self.value.as_json()
        return self._data

    @data.setter
    def data(self, data: Any) -> None:
        self._data = data

    @property
    def rendered_content(self) -> bytes:  # type: ignore[override]  # DRF renders bytes
        self["Content-Type"] = "application/json"
        return b'{"success":true,"data":%b,"timestamp":%d}' % (self.json, int(time.time()))

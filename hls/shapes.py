"""What HLS publishes, in replies."""

from typing import Self

from pydantic import Field

from core.published import Published
from hls import services
from rooms.shapes import Address


class HLS(Published, name="HLSResponse"):
    """Your own address of the playlists."""

    hls_url: Address = Field(description="Answers 503 until status is running. Good for 12 hours.")
    status: services.HLSStatus

    @classmethod
    def of(cls, found: services.HLS) -> Self:
        return cls(hls_url=found.hls_url, status=found.status)

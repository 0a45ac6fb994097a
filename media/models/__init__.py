"""What runs at the media engines on the product's behalf: wanted first, then done, then confirmed.

Rows name media rooms, not sessions: this package knows nothing of the product around it.
"""

from media.models.capture import Capture
from media.models.ingest import Ingest

__all__ = ["Capture", "Ingest"]

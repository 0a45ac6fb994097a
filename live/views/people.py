"""Who looks at a page."""

from accounts.views import page_person as viewer_of

__all__ = ["viewer_of"]

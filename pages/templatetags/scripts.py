"""What a page loads for its scripts."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pages.script_catalog import script_catalog_url

register = template.Library()


@register.simple_tag
def script_catalog() -> SafeString | str:
    """The sentences of the page's scripts in its language, before the scripts that say them; nothing in English."""
    url = script_catalog_url()
    return format_html('<script defer src="{}"></script>', url) if url else ""

"""What a page loads: its scripts, their sentences, its style sheets."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pages.bundles import module_of, styles_of
from pages.script_catalog import script_catalog_url

register = template.Library()


@register.simple_tag
def script_catalog() -> SafeString | str:
    """The sentences of the page's scripts in its language, before the scripts that say them; nothing in English."""
    url = script_catalog_url()
    return format_html('<script defer src="{}"></script>', url) if url else ""


@register.simple_tag
def module(name: str) -> SafeString:
    """The module ``name`` of static/js as a script of the page, and with it, at once, what it imports."""
    found = module_of(name)
    preloads = ((static(file),) for file in found.imports)
    return format_html(
        '{}<script type="module" src="{}"></script>',
        format_html_join("", '<link rel="modulepreload" href="{}">', preloads),
        static(found.file),
    )


@register.simple_tag
def styles(names: str) -> SafeString:
    """Sheets of static/css, named between blanks, in this order: ``{% styles "stage tiles" %}``."""
    files = ((static(file),) for file in styles_of(names))
    return format_html_join("\n    ", '<link rel="stylesheet" href="{}">', files)

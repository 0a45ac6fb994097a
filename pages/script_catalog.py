"""What the pages' scripts say, in a reader's language: Django's JavaScript catalogue, as a file that caches keep.

Sentences stand in English in the scripts (static/js/shared/gettext.js), so a page in English loads none.
"""

import hashlib
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, override
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

_TYPE = "text/javascript; charset=utf-8"


class _OurSentences(JavaScriptCatalog):
    """Those of ``locale/`` alone: what other apps say in scripts of their own is not said on our pages."""

    packages = ["pages"]


class Catalog(NamedTuple):
    """``content`` is the script, ``version`` its hash; without translations there is no need to load it."""

    content: bytes
    version: str
    has_translations: bool


@cache
def catalog_of(language: str) -> Catalog:
    """The catalogue of one of ``settings.LANGUAGES``."""
    view = _OurSentences()
    with override(language):
        content = view.get(HttpRequest()).content
    return Catalog(content, hashlib.sha256(content).hexdigest()[:16], bool(view.get_catalog()))


def script_catalog_url() -> str:
    """Where scripts of a page in the present language find their sentences; empty where they need none."""
    language = get_language()
    if language not in dict(settings.LANGUAGES) or not catalog_of(language).has_translations:
        return ""
    return reverse("script_catalog", args=[language, catalog_of(language).version])


@gzip_page
@require_safe
def script_catalog(request: HttpRequest, language: str, version: str) -> HttpResponse:
    """The catalogue. Its address changes with its content, so that caches keep it for good.

    A page that another version of the product made gets the present one, which is not kept.
    """
    if language not in dict(settings.LANGUAGES):
        raise Http404
    catalog = catalog_of(language)
    response = HttpResponse(catalog.content, _TYPE)
    response["ETag"] = f'"{catalog.version}"'
    is_this = version == catalog.version
    response["Cache-Control"] = "public, max-age=31536000, immutable" if is_this else "no-cache"
    found = get_conditional_response(request, etag=response["ETag"], response=response)
    assert found is not None
    return found

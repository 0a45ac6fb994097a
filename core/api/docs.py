"""The API's description, and the page that shows it: Swagger UI from our static files, under the strict CSP."""

from django.http import HttpResponse
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request

from core.api.documents import send_document


class ApiSchemaView(SpectacularAPIView):
    """The OpenAPI file as YAML or JSON, the same for everybody. Cached, because rendering it takes most of a second."""

    def _get_schema_response(self, request: Request) -> HttpResponse:
        """Rendered once for each of the two formats."""
        renderer = request.accepted_renderer

        def make() -> str | bytes:
            generator = self.generator_class(urlconf=self.urlconf, api_version=self.api_version, patterns=self.patterns)
            schema = generator.get_schema(request=request, public=self.serve_public)
            rendered: str | bytes = renderer.render(schema, renderer.media_type, {})
            return rendered

        return send_document(request._request, f"openapi:{renderer.format}", renderer.media_type, make)


class ApiDocsView(SpectacularSwaggerSplitView):
    """Leaves out the stock template's inline style, and loads the script from an address of its own, as the CSP
    demands.
    """

    template_name = "webinar/api_docs.html"

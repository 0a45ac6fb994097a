"""The page that shows the API: Swagger UI from our own static files, under the strict content policy."""

from drf_spectacular.views import SpectacularSwaggerSplitView


class ApiDocsView(SpectacularSwaggerSplitView):
    """Without the inline style of the stock template; the script comes from an address of its own."""

    template_name = "webinar/api_docs.html"

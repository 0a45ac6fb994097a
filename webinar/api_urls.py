"""The API's own description, and the answer for unknown API addresses (therefore included last)."""

from django.urls import path, re_path

from core.api.docs import ApiDocsView, ApiSchemaView
from core.api.envelope import unknown_address
from webinar.asyncapi import asyncapi_view

urlpatterns = [
    path("schema", ApiSchemaView.as_view(), name="api-schema"),
    path("asyncapi", asyncapi_view, name="api-asyncapi"),
    path("docs", ApiDocsView.as_view(url_name="api-schema"), name="api-docs"),
    re_path(r"^.*$", unknown_address),
]

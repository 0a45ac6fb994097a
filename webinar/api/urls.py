"""The API's own description, and what answers below its address when nothing else does (hence included last)."""

from django.urls import path, re_path

from webinar.api.asyncapi import asyncapi_view
from webinar.api.docs import ApiDocsView, ApiSchemaView
from webinar.api.failures import unknown_address

urlpatterns = [
    path("schema", ApiSchemaView.as_view(), name="api-schema"),
    path("asyncapi", asyncapi_view, name="api-asyncapi"),
    path("docs", ApiDocsView.as_view(url_name="api-schema"), name="api-docs"),
    re_path(r"^.*$", unknown_address),
]

"""The REST API: one envelope, one error handler, one schema."""

from datetime import timedelta

from webinar import __version__
from webinar.settings.variables import read

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "organizations.authentication.KeyAuthentication",
        "accounts.authentication.PageSessionAuthentication",
    ],
    "UNAUTHENTICATED_TOKEN": "accounts.person.anonymous",
    "DEFAULT_PERMISSION_CLASSES": ["core.api.caller.SignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.envelope.EnvelopeRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.OperationSchema",
    "EXCEPTION_HANDLER": "core.api.envelope.answer_exception",
    "UNAUTHENTICATED_USER": None,
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%S.%fZ",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,  # exports parse `?format=` themselves
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Webinar API",
    "DESCRIPTION": "Rooms, presets, sessions and sign-in of a self-hosted webinar product. "
    "It follows the public Live API contract; docs/api.md tells where it goes further.",
    "VERSION": __version__,
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/v1/webinar",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "COMPONENT_SPLIT_PATCH": False,
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATIONS": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "POSTPROCESSING_HOOKS": ["core.api.schema.finish_schema"],
    "TAGS": [
        {"name": name, "description": text}
        for name, text in [
            ("Rooms", "The permanent place of a webinar series: title, host, address."),
            ("Presets", "What people may do in a session, and how it looks."),
            ("Sessions", "One event in a room: scheduled, live, ended or expired."),
            ("Chat", "Public and direct messages, their moderation, and reactions."),
            ("Moderation", "Chat rules, bans, and the audit log."),
            ("Polls", "Questions with options, prepared, launched, voted on, closed."),
            ("Questions", "Questions of the audience: asked, voted up, answered."),
            ("Stage", "How the audience comes on stage."),
            ("Stage Management", "Who is on stage and what they may publish: for the crew."),
            ("Participants", "Co-hosts, moderators, speakers, and the links that invite them."),
            ("Auth", "Tokens for hosts, guests and other devices."),
            ("Accounts", "Where one is signed in."),
            ("Attendance", "Presence and attendance."),
            ("Surveys", "What the audience answers when a session is over."),
            ("Recordings", "Recordings, and the replay made of them."),
            ("Admin", "Storage of recordings, for staff."),
            ("Captions", "Captions."),
            ("Webhooks", "Webhooks of media engines."),
            ("Centrifugo", "Proxies that Centrifugo calls, in its own format."),
            ("Health", "Whether the product can answer."),
        ]
    ],
}

CORS_ALLOWED_ORIGINS = read("CORS_ALLOWED_ORIGINS")
FETCH_PORTS = [int(port) for port in read("FETCH_PORTS")]
ACCESS_TOKEN_LIFETIME = timedelta(minutes=read("ACCESS_TOKEN_MINUTES"))
REFRESH_TOKEN_LIFETIME = timedelta(days=read("REFRESH_TOKEN_DAYS"))
REFRESH_FAMILY_LIFETIME = timedelta(days=read("REFRESH_FAMILY_DAYS"))
REFRESH_GRACE = timedelta(seconds=read("REFRESH_GRACE_SECONDS"))
DEVICE_TOKEN_LIFETIME = timedelta(days=read("DEVICE_TOKEN_DAYS"))
DEVICE_TOKEN_GRACE = timedelta(hours=read("DEVICE_TOKEN_GRACE_HOURS"))
AUTH_CODE_LIFETIME = timedelta(minutes=read("AUTH_CODE_MINUTES"))
SOCKET_TICKET_LIFETIME = timedelta(seconds=read("SOCKET_TICKET_SECONDS"))
SOCKET_RESUME_LIFETIME = timedelta(minutes=read("SOCKET_RESUME_MINUTES"))
REGISTER_LIMIT = read("REGISTER_LIMIT")
CODE_FAILURE_LIMIT = read("CODE_FAILURE_LIMIT")
STREAM_KEY_FAILURE_LIMIT = read("STREAM_KEY_FAILURE_LIMIT")
CHAT_BURST = read("CHAT_BURST")
LOGIN_FAILURE_LIMIT = read("LOGIN_FAILURE_LIMIT")
LOGIN_NETWORK_LIMIT = read("LOGIN_NETWORK_LIMIT")
ACCOUNT_MAIL_LIMIT = read("ACCOUNT_MAIL_LIMIT")
UPLOAD_LIMIT = 3 * 1024 * 1024  # bytes of one file in a page's form: more than any of them accepts
JSON_BODY_LIMIT = 64 * 1024
# A logo may travel inside a preset's JSON as a data: URL of up to 1 MiB, which base64 makes a third longer.
PRESET_BODY_LIMIT = 1_500_000

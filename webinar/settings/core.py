"""What Django needs to run: applications, database, cache, templates, files, mail, Celery."""

from pathlib import Path
from urllib.parse import urlsplit

import environ

from webinar.settings.keys import kept_secret
from webinar.settings.variables import BASE_DIR, read

DEBUG = read("DEBUG")
DATA_DIR = (BASE_DIR / read("DATA_DIR")).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)
KEYS_DIR = DATA_DIR / "keys"
SECRET_KEY = read("SECRET_KEY") or kept_secret(KEYS_DIR, "secret_key")

PORT = read("PORT")
PUBLIC_URL = read("PUBLIC_URL").rstrip("/")
BASE_URL = PUBLIC_URL or f"http://localhost:{PORT}"
BASE_HOST = urlsplit(BASE_URL).hostname or "localhost"
TLS_CERT = read("TLS_CERT")
TLS_KEY = read("TLS_KEY")
BIND = read("BIND") or ("0.0.0.0" if TLS_CERT else "127.0.0.1")  # noqa: S104 — only with TLS_CERT

CONNECTIONS = read("CONNECTIONS")
CONNECTIONS_PER_ADDRESS = read("CONNECTIONS_PER_ADDRESS")
HEAD_LIMIT = read("HEAD_LIMIT_KB") * 1024  # bytes
HEAD_FIELDS = read("HEAD_FIELDS")
URL_LIMIT = read("URL_LIMIT_KB") * 1024  # bytes
HEAD_SECONDS = read("HEAD_SECONDS")
BODY_SECONDS = read("BODY_SECONDS")
BODY_STALL_SECONDS = read("BODY_STALL_SECONDS")
BODIES_MEMORY = read("BODIES_MB") * 1024 * 1024  # bytes
KEEP_ALIVE_SECONDS = read("KEEP_ALIVE_SECONDS")
SEND_SECONDS = read("SEND_SECONDS")

INSTALLED_APPS = [
    "webinar.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "channels",
    "core",
    "realtime",
    "media",
    "audit",
    "accounts",
    "organizations",
    "rooms",
    "sessions",
    "chat",
    "polls",
    "questions",
    "stage",
    "captions",
    "recordings",
    "surveys",
    "encoders",
    "hls",
    "sockets",
    "live",
    "reports",
    "pages",
    "webinar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "webinar.middleware.PrivateMiddleware",
    "webinar.middleware.PolicyMiddleware",
    "webinar.request_log.RequestLogMiddleware",
    "core.api.middleware.RequestIdMiddleware",
    "core.api.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "webinar.middleware.PageMessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.TimeZoneMiddleware",
    "webinar.middleware.ProblemPageMiddleware",
]

ROOT_URLCONF = "webinar.urls"
WSGI_APPLICATION = "webinar.wsgi.application"
ASGI_APPLICATION = "webinar.asgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.tz",
            ],
        },
    }
]

DATABASE_URL = read("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'webinar.sqlite3'}"
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
DATABASES["default"]["TEST"] = {}
_asked = DATABASES["default"].get("OPTIONS", {})  # options of DATABASE_URL itself, such as ?sslmode=require
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "core.sqlite3"  # one writer at a time, in turn
    # IMMEDIATE: a transaction takes the write lock at its start, so that it never fails half-way.
    DATABASES["default"]["OPTIONS"] = _asked | {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Each thread has a connection, and compiled statements are large: the default of 128 took 10 MB more.
        "cached_statements": 32,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
    # In a file in tests too: a shared in-memory database knows no WAL and locks whole tables.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    # One for each thread that may use it: WSGI_THREADS, 8 for sockets, 4 for tasks, 4 for HLS, outbox, presence, two to
    # spare.
    _pool = {"min_size": 2, "max_size": read("WSGI_THREADS") + 20, "timeout": 20}
    DATABASES["default"]["OPTIONS"] = _asked | {"pool": _pool}

WRITE_QUEUE = read("WRITE_QUEUE")
WRITE_WAIT_SECONDS = read("WRITE_WAIT_SECONDS")

REDIS_URL = read("REDIS_URL")
REALTIME_BROKER = read("REALTIME_BROKER") or ("redis" if REDIS_URL else "memory")
CENTRIFUGO_URL = read("CENTRIFUGO_URL")
CENTRIFUGO_API_URL = read("CENTRIFUGO_API_URL")
CENTRIFUGO_API_KEY = read("CENTRIFUGO_API_KEY")
CENTRIFUGO_PROXY_SECRET = read("CENTRIFUGO_PROXY_SECRET")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 100_000}}
}

AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = read("TIME_ZONE")

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".static"
ESBUILD = BASE_DIR / "node_modules" / "@esbuild"  # the bundler, one package for each kind of machine
STATICFILES_DIRS = [BASE_DIR / "static", *(p for p in [BASE_DIR / ".vendor"] if p.is_dir())]
MEDIA_ROOT = DATA_DIR / "files"
MEDIA_URL = "/files/"
CAPTURE_DIR = DATA_DIR / "captures"  # recorders' files, until they are processed
RECORDINGS_DIR = DATA_DIR / "recordings"  # finished recordings and what belongs to them, when kept on this machine
PROCESSING_DIR = DATA_DIR / "processing"  # where recordings are assembled
STORAGES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "webinar.staticfiles.HashedStorage"},
}
STORAGES["recordings"] = {"BACKEND": "recordings.storage.RecordingsFolder"}
RECORDINGS_S3 = {
    "bucket_name": read("RECORDINGS_S3_BUCKET"),
    "endpoint_url": read("RECORDINGS_S3_ENDPOINT") or None,
    "access_key": read("RECORDINGS_S3_KEY") or None,
    "secret_key": read("RECORDINGS_S3_SECRET") or None,
    "region_name": read("RECORDINGS_S3_REGION") or None,
}
if RECORDINGS_S3["bucket_name"]:
    STORAGES["recordings"] = {"BACKEND": "recordings.bucket.RecordingsBucket", "OPTIONS": RECORDINGS_S3}
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

DEFAULT_FROM_EMAIL = read("DEFAULT_FROM_EMAIL")
MAIL_DIR = DATA_DIR / "mail"
if read("EMAIL_URL"):
    _email = environ.Env.email_url_config(read("EMAIL_URL"))
    EMAIL_BACKEND = _email["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _email["EMAIL_HOST"], _email["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_USER"], _email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = MAIL_DIR

CHANNEL_LAYERS: dict[str, object] = {}

CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(Path(DATA_DIR) / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "keep-recordings": {"task": "recordings.tasks.keep_recordings", "schedule": 900.0},
    "process-recordings": {"task": "recordings.tasks.process_due", "schedule": 10.0},
    "reconcile-open-sessions": {"task": "live.tasks.reconcile_open_sessions", "schedule": read("RECONCILE_SECONDS")},
    "keep-hls": {"task": "live.tasks.keep_hls", "schedule": 10.0},
    "close-abandoned-sessions": {"task": "live.tasks.close_abandoned_sessions", "schedule": 30.0},
    "expire-sessions": {"task": "live.tasks.expire_sessions", "schedule": 60.0},
    "send-due-invitations": {"task": "live.tasks.send_due_invitations", "schedule": 60.0},
    "trim-due-recordings": {"task": "recordings.tasks.trim_due", "schedule": 60.0},
    "forget-attendance": {"task": "live.tasks.forget_attendance", "schedule": 3600.0},
    "empty-bin": {"task": "live.tasks.empty_bin", "schedule": 900.0},
    "forget-media-events": {"task": "live.tasks.forget_media_events", "schedule": 3600.0},
    "forget-idle-guests": {"task": "accounts.tasks.forget_idle_guests", "schedule": 6 * 3600.0},
    "forget-logos": {"task": "live.tasks.forget_logos", "schedule": 6 * 3600.0},
    "forget-spent-credentials": {"task": "accounts.tasks.forget_spent_credentials", "schedule": 3600.0},
}

"""Who may connect, and what a page may load; all of it follows from PUBLIC_URL."""

from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from webinar.settings.core import BASE_HOST, BASE_URL, CENTRIFUGO_URL, DEBUG, PUBLIC_URL, RECORDINGS_S3, TLS_CERT
from webinar.settings.product import LIVEKIT_EMBEDDED, LIVEKIT_PUBLIC_URL
from webinar.settings.variables import read

HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [BASE_HOST, "localhost", "127.0.0.1", "[::1]"] if PUBLIC_URL else ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "webinar.views.csrf_failure"
SESSION_ENGINE = "accounts.browser_sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 30 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and bool(read("HSTS_SUBDOMAINS"))
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS and bool(read("HSTS_PRELOAD"))
SECURE_SSL_REDIRECT = HTTPS and bool(read("SSL_REDIRECT"))
#: What `check --deploy` recommends for every site (https of other hosts, preload lists, redirects from http) is up to
#: the operator (settings of the same names); without https the check says so itself.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
PERMISSIONS_POLICY = "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()"
X_FRAME_OPTIONS = "DENY"
TRUSTED_PROXIES = read("TRUSTED_PROXIES") or (["127.0.0.1"] if HTTPS and not TLS_CERT else [])

if DEBUG and PUBLIC_URL:
    raise ImproperlyConfigured("DEBUG shows internals to everyone: unset it, or unset PUBLIC_URL.")

# Passwords are checked by accounts.sign_in only. allauth's backend would accept every address of its own table as well.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["accounts.hashers.QueuedPBKDF2PasswordHasher"]
PASSWORD_HASHES = read("PASSWORD_HASHES")
PASSWORD_QUEUE = read("PASSWORD_QUEUE")
if PASSWORD_HASHES < 1 or PASSWORD_QUEUE < 0:
    raise ImproperlyConfigured("PASSWORD_HASHES must be 1 at least, PASSWORD_QUEUE 0 at least.")
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # seconds that a mailed link holds
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name}
    for name in (
        "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "django.contrib.auth.password_validation.MinimumLengthValidator",
        "django.contrib.auth.password_validation.CommonPasswordValidator",
        "django.contrib.auth.password_validation.NumericPasswordValidator",
        "accounts.passwords.SignOutEverywhere",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "landing"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "change_password": "accounts.forms.PasswordForm",
    "reset_password": "accounts.forms.PasswordResetForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "user_token": "accounts.forms.ResetKeyForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False  # guests become members on this page
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = False  # core.guard counts instead, for all secrets together

_socket_origins = [BASE_URL.replace("http", "ws", 1)] if LIVEKIT_EMBEDDED else []
_media_origins = [] if LIVEKIT_EMBEDDED else [LIVEKIT_PUBLIC_URL, LIVEKIT_PUBLIC_URL.replace("ws", "http", 1)]
# Replays play directly from the bucket of recordings.
_bucket, _region = RECORDINGS_S3["bucket_name"], RECORDINGS_S3["region_name"]
if not _bucket:
    _bucket_origins = []
elif RECORDINGS_S3["endpoint_url"]:
    _bucket_origins = ["{0.scheme}://{0.netloc}".format(urlsplit(RECORDINGS_S3["endpoint_url"]))]
else:
    _bucket_origins = [f"https://{_bucket}.s3.{part}amazonaws.com" for part in ("", f"{_region}." if _region else "")]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "connect-src": [SELF, *_socket_origins, *_media_origins, *([CENTRIFUGO_URL] if CENTRIFUGO_URL else [])],
        "img-src": [SELF, "data:", "blob:", *_bucket_origins],
        "media-src": [SELF, "blob:", *_bucket_origins],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

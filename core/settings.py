"""Every setting of Galley, read from the environment.

The table `env` below is the whole list of knobs: name, type and default. Nothing has to be set to run on
one machine. Set SITE_URL to go live. A knob that is set by half stops the start with one line that names it.
"""

import os
import re
import secrets
import sys
from hashlib import sha256
from importlib.util import find_spec
from logging import getLevelNamesMapping
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from core.images.stores.configuration import parse_cloudinary_url

env = environ.Env(
    # Where it is served
    SITE_URL=(str, ""),  # https://example.org; empty: this machine only, http://127.0.0.1:PORT
    HOST=(str, "127.0.0.1"),
    PORT=(int, 8000),
    WORKERS=(int, 1),  # processes of `manage.py serve`
    THREADS=(int, 4),  # threads of each; an upload to Cloudinary holds one for its length
    TRUSTED_PROXIES=(int, 0),  # reverse proxies in front that set X-Forwarded-For and X-Forwarded-Proto
    # What it keeps, and where
    DATA_DIR=(str, "var"),  # database, pictures, secret key: what a backup must hold; and static files
    DATABASE_URL=(str, ""),  # postgres://user:password@host/name; empty: SQLite in DATA_DIR
    DATABASE_POOLED=(bool, False),  # a pooler before PostgreSQL gives each transaction another connection
    CACHE_URL=(str, ""),  # redis://host:6379/0; empty: memory of the process
    CLOUDINARY_URL=(str, ""),  # cloudinary://key:secret@cloud; empty: pictures in DATA_DIR
    IMAGES_SITE=(str, ""),  # whose pictures these are at Cloudinary; empty: SITE_URL's host. Old names after a comma
    IMAGES_TIMEOUT=(int, 20),  # seconds that a store may add to a request, whatever becomes of it
    IMAGES_QUOTA=(int, 1024**3),  # bytes of pictures that one author may keep; 0: as many as there is room for
    IMAGES_DELIVERY_BASE=(str, ""),  # where Cloudinary's pictures are read from, if not its own host
    EMAIL_URL=(str, ""),  # smtp+tls://user:password@host:587; empty: the console, on https this machine's mail server
    EMAIL_FROM=(str, "Galley <galley@localhost>"),
    SECRET_KEY=(str, ""),  # empty: made once and kept in DATA_DIR
    # How it behaves
    DEBUG=(bool, False),
    SITE_NAME=(str, "Galley"),
    LANGUAGE=(str, "en"),  # of the pages, for readers who ask for none of LANGUAGES: en, de, fr, es or ar
    TIME_ZONE=(str, "UTC"),
    PAGE_CACHE=(int, 64),  # MB of pages that each process keeps for readers who are signed out; 0: none
    WEBSUB_HUB=(str, ""),  # https://hub.example.org, which feeds name: followers learn of posts at once; empty: none
    LOG_LEVEL=(str, "WARNING"),
    TEST_DATABASE=(str, ""),  # a file for SQLite's tests, where they need its real locks; empty: memory
)


def knob(name: str):
    """The value of the knob `name`. Raises ImproperlyConfigured with one line that names it."""
    try:
        return env(name)
    except (ValueError, TypeError):
        raise ImproperlyConfigured(f"{name} is {os.environ[name]!r}, which is not a number.") from None


def kept_secret_key(path: Path) -> str:
    """The key in the file `path` (67 URL-safe characters), made on first use, readable by its owner only."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or not path.stat().st_size:  # empty: the disk was full
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            with open(draft, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(secrets.token_urlsafe(50))
            draft.replace(path)
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(f"DATA_DIR {path.parent} cannot be written: {error.strerror}.") from None


BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / knob("DATA_DIR")
TESTING = sys.argv[1:2] == ["test"]
DEBUG = knob("DEBUG")

# --- Address ----------------------------------------------------------------------------------------------

SITE_URL = knob("SITE_URL").rstrip("/")
if not SITE_URL:
    # A host that others can reach needs SITE_URL, and that must be https: so `check --deploy` asks about https.
    SITE_URL = "https://localhost" if "--deploy" in sys.argv else f"http://127.0.0.1:{knob('PORT')}"
_site = urlsplit(SITE_URL)
_loopback = ["127.0.0.1", "localhost", "[::1]"]
HTTPS = _site.scheme == "https"
if _site.scheme not in {"http", "https"} or not _site.hostname or _site.path:
    raise ImproperlyConfigured(f"SITE_URL is {SITE_URL!r}; it must look like https://example.org.")
if not HTTPS and _site.hostname not in {"127.0.0.1", "localhost", "::1"}:
    raise ImproperlyConfigured(f"SITE_URL is {SITE_URL!r}; a site that other machines reach must be https.")

SITE_NAME = knob("SITE_NAME")
HOST, PORT, WORKERS, THREADS = knob("HOST"), knob("PORT"), knob("WORKERS"), knob("THREADS")
for _name in ("WORKERS", "THREADS", "IMAGES_TIMEOUT"):
    if knob(_name) < 1:
        raise ImproperlyConfigured(f"{_name} is {knob(_name)}; there must be at least 1.")
ALLOWED_HOSTS = [_site.hostname] if HTTPS else _loopback
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "core.urls"
WSGI_APPLICATION = "core.wsgi.application"

# --- Apps and the way of a request --------------------------------------------------------------------------

INSTALLED_APPS = [
    "core",
    "core.images",
    "core.pagecache",
    "accounts",
    "posts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "widget_tweaks",
    "django.forms",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "core.middleware.HealthMiddleware",
    "core.middleware.ClientAddressMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.middleware.CompressionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "posts.middleware.KeepWordsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.SignedInMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.TimeZoneMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.ExpiredLoginMiddleware",
    "core.middleware.PartialMessagesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.static",
                "django.templatetags.i18n",
                "core.images.templatetags.images",
                "core.templatetags.alike",
                "core.templatetags.bundles",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database, cache, mail ----------------------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if knob("DATABASE_URL"):
    _database = urlsplit(knob("DATABASE_URL"))
    if _database.scheme not in {"postgres", "postgresql"} or not _database.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must look like postgres://user:password@host/name.")
    DATABASES = {"default": env.db("DATABASE_URL") | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}}
    if knob("DATABASE_POOLED"):
        DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
    else:  # planned once for each connection, not each time: a post costs a third less
        _prepared = {"server_side_binding": True, "prepare_threshold": 2}
        DATABASES["default"]["OPTIONS"] = _prepared | DATABASES["default"].get("OPTIONS", {})
    if not find_spec("psycopg"):
        raise ImproperlyConfigured("DATABASE_URL is set, but psycopg is missing: install deploy/requirements.txt.")
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "galley.sqlite3",
            "CONN_MAX_AGE": 60,  # opening it, with its pragmas and its schema, takes as long as a list
            "OPTIONS": {
                # A writer takes its lock when it begins: 12 writers saw 0 errors, the default mode 478.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
            "TEST": {"NAME": knob("TEST_DATABASE") or None},
        }
    }
if knob("CACHE_URL"):
    if urlsplit(knob("CACHE_URL")).scheme not in {"redis", "rediss"}:
        raise ImproperlyConfigured("CACHE_URL must look like redis://host:6379/0.")
    _patience = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}  # seconds: nothing is lost without it
    CACHES = {"default": env.cache("CACHE_URL")}
    CACHES["default"]["OPTIONS"] = _patience | CACHES["default"].get("OPTIONS", {})
    if not find_spec("redis"):
        raise ImproperlyConfigured("CACHE_URL is set, but redis is missing: install deploy/requirements.txt.")
# Sessions stay in the database: with Redis gone, `cached_db` answers 500 and `cache` logs everybody out.
if knob("PAGE_CACHE") < 0:
    raise ImproperlyConfigured(f"PAGE_CACHE is {knob('PAGE_CACHE')}; it must be a number of MB, or 0 for none.")
PAGE_CACHE = 0 if DEBUG or TESTING else knob("PAGE_CACHE") * 1024**2  # bytes; see core/pagecache

try:
    _mail = env.email_url_config(knob("EMAIL_URL") or ("smtp://localhost:25" if HTTPS else "consolemail://"))
except ImproperlyConfigured:
    raise ImproperlyConfigured("EMAIL_URL must look like smtp+tls://user:password@host:587.") from None
MAILERS = {"default": {"BACKEND": _mail.pop("EMAIL_BACKEND")}}
if MAILERS["default"]["BACKEND"] == "django.core.mail.backends.console.EmailBackend":
    MAILERS["default"]["BACKEND"] = "core.mail.ConsoleBackend"
MAIL_IN_BACKGROUND = "smtp" in MAILERS["default"]["BACKEND"]  # a mail server takes its time
if MAIL_IN_BACKGROUND:
    if not _mail["EMAIL_HOST"]:
        raise ImproperlyConfigured("EMAIL_URL must look like smtp+tls://user:password@host:587.")
    MAILERS["default"]["OPTIONS"] = {
        "host": _mail["EMAIL_HOST"],
        "port": _mail["EMAIL_PORT"] or 25,
        "username": _mail["EMAIL_HOST_USER"],
        "password": _mail["EMAIL_HOST_PASSWORD"],
        "use_tls": _mail.get("EMAIL_USE_TLS", False),
        "use_ssl": _mail.get("EMAIL_USE_SSL", False),
        "timeout": 10,
    }
DEFAULT_FROM_EMAIL = SERVER_EMAIL = knob("EMAIL_FROM")

# --- People -------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
SESSION_ENGINE = "accounts.sessions"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "post_list"
LOGOUT_REDIRECT_URL = "post_list"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# --- Security -----------------------------------------------------------------------------------------------

SECRET_KEY = knob("SECRET_KEY")
if not SECRET_KEY and knob("DATABASE_URL"):
    raise ImproperlyConfigured("SECRET_KEY is not set, and with DATABASE_URL every process must have the same.")
SECRET_KEY = SECRET_KEY or kept_secret_key(DATA_DIR / "secret-key")

TRUSTED_PROXIES = knob("TRUSTED_PROXIES")
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CSRF_FAILURE_VIEW = "core.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The longest text a form takes (1,000,000 characters) fits, percent-encoded; pictures are not counted here.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 2  # the lead picture, and one for the text; each may take IMAGES_MAX_BYTES of memory

# --- Pictures -----------------------------------------------------------------------------------------------

MEDIA_URL, MEDIA_ROOT = "/media/", DATA_DIR / "media"
FILE_UPLOAD_HANDLERS = ["core.images.uploads.BoundedUploadHandler"]
IMAGES_MAX_BYTES = 10 * 1024 * 1024  # Cloudinary's free plan takes no more
IMAGES_MAX_PIXELS = 25_000_000  # likewise
IMAGES_MASTER_SIDE = 2560  # longer side of the kept master, in pixels
IMAGES_STORES = {"local": "core.images.stores.local", "cloudinary": "core.images.stores.cloudinary"}
# Under test a picture goes to a Cloudinary that nobody listens for: a call that no test patched fails at once.
CLOUDINARY_URL = knob("CLOUDINARY_URL") or (
    "cloudinary://key:secret@galley-test?upload_prefix=http://127.0.0.1:9" if TESTING else ""
)
# What new pictures are called by at a store, and what this installation may delete there: a copy of its database
# on another machine has neither its host nor its secret key, and leaves its pictures alone.
IMAGES_SITES = [name.strip() for name in knob("IMAGES_SITE").split(",") if name.strip()]
if not IMAGES_SITES:
    IMAGES_SITES = [_site.hostname if HTTPS else f"dev-{sha256(SECRET_KEY.encode()).hexdigest()[:10]}"]
if not all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", name) for name in IMAGES_SITES):
    raise ImproperlyConfigured("IMAGES_SITE must be letters, digits, dots and hyphens; old names after a comma.")
IMAGES_TIMEOUT = knob("IMAGES_TIMEOUT")
IMAGES_QUOTA = knob("IMAGES_QUOTA")
if IMAGES_QUOTA < 0:
    raise ImproperlyConfigured(f"IMAGES_QUOTA is {IMAGES_QUOTA}; it must be a number of bytes, or 0 for no quota.")
IMAGES_DELIVERY_BASE = knob("IMAGES_DELIVERY_BASE")
IMAGES_STORE = "cloudinary" if CLOUDINARY_URL else "local"
if CLOUDINARY_URL:
    parse_cloudinary_url(CLOUDINARY_URL)

_pictures = IMAGES_DELIVERY_BASE or "https://res.cloudinary.com"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "blob:", "data:", _pictures],
    "connect-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

# --- Static files -------------------------------------------------------------------------------------------

STATIC_URL, STATIC_ROOT = "/static/", DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "core.bundles.BundleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    }
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG or TESTING
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# --- Language, time, logs, tests ----------------------------------------------------------------------------

LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español"), ("ar", "العربية")]
LANGUAGE_CODE = knob("LANGUAGE")
if LANGUAGE_CODE not in dict(LANGUAGES):
    raise ImproperlyConfigured(f"LANGUAGE is {LANGUAGE_CODE!r}; it must be one of {', '.join(dict(LANGUAGES))}.")
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE, LANGUAGE_COOKIE_SECURE = True, "Lax", HTTPS
LOCALE_PATHS = [BASE_DIR / "core" / "locale"]
FORMAT_MODULE_PATH = ["core.formats"]
WEBSUB_HUB = knob("WEBSUB_HUB")
if WEBSUB_HUB and not re.fullmatch(r"https?://[^\s<>\"]+", WEBSUB_HUB):
    raise ImproperlyConfigured(f"WEBSUB_HUB is {WEBSUB_HUB!r}; it must look like https://hub.example.org.")
TIME_ZONE, USE_TZ = knob("TIME_ZONE"), True
if TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured(f"TIME_ZONE is {TIME_ZONE!r}; it must be a name such as Europe/Stockholm.")
if knob("LOG_LEVEL") not in getLevelNamesMapping():
    raise ImproperlyConfigured(f"LOG_LEVEL is {knob('LOG_LEVEL')!r}; it must be DEBUG, INFO, WARNING or ERROR.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": knob("LOG_LEVEL")},
    "loggers": {
        "django.request": {"level": "ERROR"},  # a form with errors, a missing page: no operator's business
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # anybody can fill the log with those
    },
}

TEST_RUNNER = "core.testing.runner.Runner"
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

"""All settings. Each that a place may choose comes from the environment: `docs/settings.md` lists them.

DEBUG  a developer's own machine: known secrets, plain static files, the style guide
DEMO   what `make demo` shows: real secrets and static files, but plain HTTP on this machine,
       the front panels of the simulated devices and the style guide
With both off a missing secret or a public address without TLS stops the start.
"""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from smartplus.env import Env, celery_broker, database, redis

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
VAR = Path(env.str("VAR", default="") or BASE_DIR / "var").resolve()

# --- Addresses and secrets --------------------------------------------------------------------

PUBLIC_URL = env.needed("PUBLIC_URL", debug="http://127.0.0.1:8000" if DEBUG else None).rstrip("/")
SECURE = urlsplit(PUBLIC_URL).scheme == "https"
if not (SECURE or DEBUG or DEMO):
    raise ImproperlyConfigured(f"PUBLIC_URL is {PUBLIC_URL}: outside a demo it must begin with https://")

SECRET_KEY = env.secret("SECRET_KEY", debug=DEBUG)
# Field encryption: newest first, older ones are only read. Index key: finds encrypted values again.
FIELD_KEYS = env.secrets("FIELD_KEYS", debug=DEBUG)
INDEX_KEY = env.secret("INDEX_KEY", debug=DEBUG)

_HERE = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or [urlsplit(PUBLIC_URL).hostname, *_HERE]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL, *env.list("CSRF_TRUSTED_ORIGINS", default=[])]

# --- The house --------------------------------------------------------------------------------

OUR_PACKAGES = ["accounts", "sites", "devices", "access", "logs", "provisioning", "smartplus"]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "csp",
    "django_htmx",
    "django_filters",
    "lucide",
    "smartplus",
    "smartplus.kernel",
    "accounts",
    "sites",
    "devices",
    "access",
    "logs",
    "provisioning",
]

MIDDLEWARE = [
    "smartplus.request_log.RequestIdMiddleware",
    "smartplus.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.session_list.SessionListMiddleware",
    "accounts.middleware.ScopeMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.first_steps.FirstStepsMiddleware",
]

ROOT_URLCONF = "smartplus.urls"
WSGI_APPLICATION = "smartplus.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
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
                "csp.context_processors.nonce",
                "smartplus.navigation.shell",
            ],
        },
    }
]

# Who sees what: named here because the kernel knows no app.
SCOPE_BUILDER = "accounts.permissions.rebuild_scope"
SCOPE_SITE_MODEL = "sites.Site"
SCOPE_UNIT_MODEL = "sites.Unit"
# Tables without a tenant, and why; every other model of ours must say whose rows it holds.
SYSTEM_TABLES: dict[str, str] = {
    "accounts.LoginThrottle": "counts attempts to sign in before anybody is known",
}
# User names are unique without regard to case, by a constraint that these checks do not see.
SILENCED_SYSTEM_CHECKS = ["auth.E003", "auth.W004"]

# --- People -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.NameOrEmailBackend"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
CONFIRM_URL = "/accounts/confirm/"  # where pages with `fresh = True` ask who it is
LAST_CHANGE = "accounts.queries.trail.last_change"  # who changed a row last, for a form that was overtaken
LOGOUT_REDIRECT_URL = "/login/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.password_rules.ContextValidator"},
]
PASSWORD_RESET_TIMEOUT = 7 * 24 * 3600
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=120)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Two demos on one machine must not sign each other out: cookies know no ports.
_COOKIE = f"_{urlsplit(PUBLIC_URL).port}" if DEMO and urlsplit(PUBLIC_URL).port else ""
# A browser takes these names from this very host by TLS only: no neighbouring host can put others in place.
_HOST = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{_HOST}session{_COOKIE}"
CSRF_COOKIE_NAME = f"{_HOST}csrf{_COOKIE}"

LANGUAGE_CODE = "en"
PAGE_LANGUAGES = ["en", "zh-hans"]  # languages all pages are translated to
# Emails go out in the person's own.
LANGUAGES = [
    ("en", "English"),
    ("zh-hant", "繁體中文"),
    ("zh-hans", "简体中文"),
    ("ko", "한국어"),
    ("ja", "日本語"),
    ("tr", "Türkçe"),
    ("pl", "Polski"),
    ("ru", "Русский"),
    ("es", "Español"),
    ("bs", "Bosanski"),
    ("da", "Dansk"),
    ("vi", "Tiếng Việt"),
    ("fr", "Français"),
    ("pt", "Português"),
    ("de", "Deutsch"),
    ("it", "Italiano"),
    ("uk", "Українська"),
    ("he", "עברית"),
    ("fa", "فارسی"),
    ("az", "Azərbaycanca"),
]
LOCALE_PATHS = [
    BASE_DIR / "smartplus" / "kernel" / "locale"
]  # first, or Django's own "Email" would win over ours
USE_TZ = True
TIME_ZONE = "UTC"

# --- Services ---------------------------------------------------------------------------------

DATABASES = {
    "default": database(env.needed("DATABASE_URL", debug="postgresql:///smartplus" if DEBUG else None))
}

REDIS_URL = env.needed("REDIS_URL", debug="redis://127.0.0.1:6379" if DEBUG else None)
CACHES = {
    "default": {
        "BACKEND": "smartplus.cache.Cache",
        "LOCATION": redis(REDIS_URL, 1),
        "KEY_PREFIX": "sp",
    }
}

CELERY_BROKER_URL = celery_broker(REDIS_URL, 0)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES = {name: {"exchange": name, "routing_key": name} for name in ("push", "default", "bulk")}
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
# A task of a worker that was killed comes back after an hour, so none may run longer than that.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 3}
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 3000, 3300
# A page must not hang because a reminder cannot be sent; the beat's sweep finds the row anyway.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}

# The broker: services sign in with the account in MQTT_URL. Device accounts are kept in our table
# (`table`: the broker asks it) or told to Mosquitto's dynamic security plugin (`dynsec`).
MQTT_URL = env.needed("MQTT_URL", debug="mqtt://127.0.0.1:1883" if DEBUG else None)
MQTT_ADMIN_URL = env.str("MQTT_ADMIN_URL", default="") or MQTT_URL
MQTT_ACCOUNTS = env.str("MQTT_ACCOUNTS", default="dynsec")
# Name of a shared subscription: several ingest processes then divide the messages among them.
MQTT_SHARE = env.str("MQTT_SHARE", default="")
# What devices are told: their broker, and where they fetch what is too large for a message.
DEVICE_MQTT_URL = env.str("DEVICE_MQTT_URL", default=f"mqtts://{urlsplit(PUBLIC_URL).hostname}:8883")
DEVICE_HTTP_URL = env.str("DEVICE_HTTP_URL", default=PUBLIC_URL).rstrip("/")

# The simulated devices of a demo; empty where there are none.
SIMULATOR_URL = env.str("SIMULATOR_URL", default="")
SIMULATOR_TOKEN = env.str("SIMULATOR_TOKEN", default="")

EMAIL_URL = env.str(
    "EMAIL_URL", default=f"filemail:///{VAR}/mail" if DEMO or DEBUG else "smtp://localhost:25"
)
_MAIL = env.email_url_config(EMAIL_URL)
if _MAIL["EMAIL_BACKEND"].endswith(".filebased.EmailBackend"):  # ours writes one .eml a letter
    _MAIL["EMAIL_BACKEND"] = "accounts.mail_files.EmlBackend"
vars().update(_MAIL)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default=f"SmartPlus <no-reply@{urlsplit(PUBLIC_URL).hostname}>")

# Text messages: the provider's gateway (JSON by POST), or file:///folder; empty: there are none.
SMS_URL = env.str("SMS_URL", default=f"file://{VAR}/sms" if DEMO or DEBUG else "")
SMS_TOKEN = env.str("SMS_TOKEN", default="")
if urlsplit(SMS_URL).scheme == "http" and not (DEBUG or DEMO):
    raise ImproperlyConfigured(
        "SMS_URL carries links to accounts: outside a demo it must begin with https://"
    )

# Where people report faults and are certified; the links are hidden where there is none.
SUPPORT_TICKET_URL = env.str("SUPPORT_TICKET_URL", default="")
SUPPORT_CERTIFICATION_URL = env.str("SUPPORT_CERTIFICATION_URL", default="")

# --- Files and limits -------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = VAR / "media"  # never served as such: files are given out by scoped pages
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_MB", default=10) * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a bulk action over a long page
# Family members of one apartment who need no activation, by kind of site.
FREE_MEMBERS = {
    "community": env.int("FREE_MEMBERS_COMMUNITY", default=3),
    "house": env.int("FREE_MEMBERS_HOUSE", default=3),
}
EXPORT_MAX_ROWS = env.int("EXPORT_MAX_ROWS", default=100_000)
LOG_DAYS = env.int("LOG_DAYS", default=30)

# --- Browser ----------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 24 * 3600) if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
# Networks of our own proxies: only their word on the client's address and on TLS is believed.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Log --------------------------------------------------------------------------------------

LOG_FORMAT = env.str("LOG_FORMAT", default="text" if DEBUG or DEMO else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "smartplus.request_log.TextFormatter"},
        "json": {"()": "smartplus.request_log.JsonFormatter"},
    },
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["out"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"handlers": ["out"], "propagate": False},
        "celery.app.trace": {"level": "WARNING"},  # one line per task is the database's to tell
    },
}

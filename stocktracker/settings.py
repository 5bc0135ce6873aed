"""One settings file, read from the environment; every variable is described in .env.example."""

import os
import sys
import warnings
from pathlib import Path

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"


def _flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def _words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


DEBUG = _flag("DEBUG")
SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    message = "SECRET_KEY is not set. Start with bin/run or bin/manage, or set it (see .env.example)."
    raise SystemExit(message)
ALLOWED_HOSTS = _words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "stocktracker",
    "stocktracker.jobs",
    "stocktracker.monitoring",
    "stocktracker.preferences",
    "charts",
    "portfolios",
    "pricing",
    "django_celery_beat",
    "django_htmx",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # with random padding: lengths tell nothing of what a page says
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "stocktracker.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "stocktracker.preferences.middleware.reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "stocktracker.urls"
WSGI_APPLICATION = "stocktracker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "stocktracker.templatetags.icons",
                "stocktracker.templatetags.figures",
                "portfolios.templatetags.why",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "stocktracker.context.product",
                "stocktracker.preferences.context.reader",
                "stocktracker.jobs.context.jobs",
                "portfolios.context.portfolios",
                "portfolios.alerted.alerts",
            ],
        },
    },
]

# PostgreSQL holds the truth. Session connections: advisory locks need them (no transaction-mode pooler).
_database = dj_database_url.parse(
    os.environ.get("DATABASE_URL", "postgres://stocktracker@127.0.0.1:5432/stocktracker"),
    conn_max_age=None,
    conn_health_checks=True,
)
_database["OPTIONS"] = _database.get("OPTIONS", {}) | {
    "connect_timeout": 3,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s",
}
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")

# Where prices come from. Simulated and live prices never share a database (pricing.services.source).
MARKET = os.environ.get("MARKET", "live")
if MARKET not in {"live", "simulated"}:
    message = f"MARKET is {MARKET!r}; it must be live or simulated."
    raise SystemExit(message)
UPSTREAM_CLIENTS = {  # by name; everything is asked of yahoo first
    "yahoo": "pricing.upstream.yahoo.Yahoo",
    "stooq": "pricing.upstream.stooq.Stooq",  # asked only for instruments whose `second_source` names it
}
YAHOO_PROXY = os.environ.get("YAHOO_PROXY", "")
YAHOO_CA_BUNDLE = os.environ.get("YAHOO_CA_BUNDLE", "")
UPSTREAM_TIMEOUT = float(os.environ.get("UPSTREAM_TIMEOUT", "10"))  # seconds a request may take
# Yahoo tolerates about one request a second (docs/prices.md); our own simulator needs no mercy.
_SIMULATED = MARKET == "simulated"
UPSTREAM_PER_SECOND = float(os.environ.get("UPSTREAM_PER_SECOND", "20" if _SIMULATED else "1"))
UPSTREAM_BURST = int(os.environ.get("UPSTREAM_BURST", "40" if _SIMULATED else "5"))
UPSTREAM_PER_HOUR = int(os.environ.get("UPSTREAM_PER_HOUR", "20000" if _SIMULATED else "300"))
UPSTREAM_PER_DAY = int(os.environ.get("UPSTREAM_PER_DAY", "100000" if _SIMULATED else "2000"))

# Jobs of a queue that may run at once in the whole deployment: waiting for a source must never hold a whole worker.
_BUT_ONE = max(1, int(os.environ.get("WORKER_CONCURRENCY", "3")) - 1)
RUNNING_AT_ONCE = {"prices": int(os.environ.get("UPSTREAM_AT_ONCE", min(2, _BUT_ONE)))}

QUOTE_LISTENERS = ["portfolios.services.alerts.check"]  # told of new quotes in the transaction that stores them

# Alerts are mailed where a server is named.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_USER", ""), os.environ.get("EMAIL_PASSWORD", "")
EMAIL_USE_SSL = _flag("EMAIL_SSL")
EMAIL_USE_TLS = not EMAIL_USE_SSL and not _flag("EMAIL_PLAIN")
EMAIL_TIMEOUT = 10  # seconds a mail may take
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "MyStockTracker <mystocktracker@localhost>")

LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

AUTHENTICATION_BACKENDS = ["portfolios.alerted.WithAlerts"]  # Django's own, which brings what every page shows

# Parts of pages that stay the same as long as figures and prices do, kept by each web process for itself.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 1000}}}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "stocktracker" / "locale"]
TIME_ZONE = os.environ.get("TIME_ZONE", "America/New_York")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# Served straight from the apps' folders, so that a fresh clone needs no collectstatic; a platform's build step
# may still run it, and then the hashed and compressed files are used: also by the first run itself, which makes them.
_COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() or "collectstatic" in sys.argv
WHITENOISE_USE_FINDERS = not _COLLECTED
warnings.filterwarnings("ignore", "No directory at", UserWarning)  # that is what finders are for
if _COLLECTED:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "stocktracker.storage.StaticFiles"},
    }

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # a platform asks for it from inside, without TLS
if _flag("HTTPS"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 30 * 24 * 3600

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}

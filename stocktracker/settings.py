"""One settings file, read from the environment; every variable is described in .env.example."""

import sys
import warnings
from pathlib import Path

from stocktracker.environment import address as _address
from stocktracker.environment import choice as _choice
from stocktracker.environment import database as _database_of
from stocktracker.environment import dsn as _dsn
from stocktracker.environment import flag as _flag
from stocktracker.environment import networks as _networks
from stocktracker.environment import number as _number
from stocktracker.environment import text as _text
from stocktracker.environment import time_zone as _time_zone
from stocktracker.environment import whole as _whole
from stocktracker.environment import words as _words

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = "0.1.0"

DEBUG = _flag("DEBUG")
SECRET_KEY = _text("SECRET_KEY")
if not SECRET_KEY:
    message = "SECRET_KEY is not set. Start with bin/run or bin/manage, or set it (see .env.example)."
    raise SystemExit(message)
# Besides the public names: those under which health checks ask from inside.
ALLOWED_HOSTS = list(dict.fromkeys([*_words("ALLOWED_HOSTS"), "localhost", "127.0.0.1", "[::1]"]))
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
    "stocktracker.logs.identified",
    "stocktracker.metrics.requests.measured",
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
                "stocktracker.monitoring.context.alarms",
                "portfolios.context.portfolios",
                "portfolios.alerted.alerts",
            ],
        },
    },
]

# PostgreSQL holds the truth. Session connections: advisory locks need them (no transaction-mode pooler).
_database = _database_of("DATABASE_URL", "postgres://stocktracker@127.0.0.1:5432/stocktracker")
if _flag("DATABASE_SSL_REQUIRE"):  # what the address itself says of sslmode is stricter or meant
    _database["OPTIONS"] = {"sslmode": "require"} | _database.get("OPTIONS", {})
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
REDIS_URL = _address("REDIS_URL", "redis://127.0.0.1:6379/0", ("redis", "rediss", "unix"))
REDIS_TLS_VERIFY = _flag("REDIS_TLS_VERIFY", default=True)  # 0: platforms whose rediss:// has a certificate of its own

# Where prices come from. Simulated and live prices never share a database (pricing.services.source).
MARKET = _choice("MARKET", "live", ("live", "simulated"))
UPSTREAM_CLIENTS = {  # by name; everything is asked of yahoo first
    "yahoo": "pricing.upstream.yahoo.Yahoo",
    "stooq": "pricing.upstream.stooq.Stooq",  # asked only for instruments whose `second_source` names it
}
YAHOO_PROXY = _address("YAHOO_PROXY", "", ("http", "https", "socks5", "socks5h"))
YAHOO_CA_BUNDLE = _text("YAHOO_CA_BUNDLE")
UPSTREAM_TIMEOUT = _number("UPSTREAM_TIMEOUT", 10)  # seconds a request may take
# Yahoo tolerates about one request a second (docs/prices.md); our own simulator needs no mercy.
_SIMULATED = MARKET == "simulated"
UPSTREAM_PER_SECOND = _number("UPSTREAM_PER_SECOND", 20 if _SIMULATED else 1)
UPSTREAM_BURST = _whole("UPSTREAM_BURST", 40 if _SIMULATED else 5)
UPSTREAM_PER_HOUR = _whole("UPSTREAM_PER_HOUR", 20000 if _SIMULATED else 300)
UPSTREAM_PER_DAY = _whole("UPSTREAM_PER_DAY", 100000 if _SIMULATED else 2000)
# Funds whose history is fetched before anybody asks, as most backtests are of them.
_POPULAR = _words("POPULAR_SYMBOLS", "SPY,QQQ,VTI,VT,VXUS,EFA,EEM,BND,AGG,TLT,IEF,GLD")
POPULAR_SYMBOLS = [symbol.upper() for symbol in _POPULAR if symbol.lower() != "none"]

# Jobs of a queue that may run at once in the whole deployment: waiting for a source must never hold a whole worker.
_BUT_ONE = max(1, _whole("WORKER_CONCURRENCY", 3) - 1)
RUNNING_AT_ONCE = {"prices": _whole("UPSTREAM_AT_ONCE", min(2, _BUT_ONE))}

QUOTE_LISTENERS = ["portfolios.services.alerts.check"]  # told of new quotes in the transaction that stores them

# Alerts are mailed where a server is named.
EMAIL_HOST = _text("EMAIL_HOST")
EMAIL_PORT = _whole("EMAIL_PORT", 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _text("EMAIL_USER"), _text("EMAIL_PASSWORD")
EMAIL_USE_SSL = _flag("EMAIL_SSL")
EMAIL_USE_TLS = not EMAIL_USE_SSL and not _flag("EMAIL_PLAIN")
EMAIL_TIMEOUT = 10  # seconds a mail may take
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
DEFAULT_FROM_EMAIL = _text("EMAIL_FROM", "MyStockTracker <mystocktracker@localhost>")

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
CACHES = {"default": {"BACKEND": "stocktracker.metrics.caches.Counted", "OPTIONS": {"MAX_ENTRIES": 1000}}}

# What is slow enough to be named: a request in the log, a statement on the monitoring page.
SLOW_REQUEST_SECONDS = _number("SLOW_REQUEST_SECONDS", 1)
SLOW_STATEMENT_SECONDS = _number("SLOW_STATEMENT_SECONDS", 0.05)
# Who may read /metrics: whoever brings the token, and these addresses and networks. Nobody, if neither is named.
METRICS_TOKEN = _text("METRICS_TOKEN")
METRICS_FROM = _networks("METRICS_FROM")
SENTRY_DSN = _dsn("SENTRY_DSN")  # errors are reported there, if it is named

# From where on something is wrong with the deployment, and who is told (stocktracker.monitoring.alarms.rules).
ALARM_LIMITS = {
    "page_seconds": _number("ALARM_PAGE_SECONDS", 5),
    "asked": _number("ALARM_UPSTREAM_CALLS", 0),
    "hit_rate": _number("ALARM_HIT_RATE", 0.9),
    "error_rate": _number("ALARM_ERROR_RATE", 0.02),
    "breaker_minutes": _number("ALARM_BREAKER_MINUTES", 15),
    "budget": _number("ALARM_BUDGET", 0.8),
    "after_close_minutes": _number("ALARM_AFTER_CLOSE_MINUTES", 60),
}
ALARM_EMAILS = _words("ALARM_EMAILS")  # empty: every member of the staff who has an address
ALARM_WEBHOOK = _address("ALARM_WEBHOOK", "", ("https", "http"))  # alarms are posted to it

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "stocktracker" / "locale"]
TIME_ZONE = _time_zone("TIME_ZONE", "America/New_York")
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
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # a platform asks for it from inside, without TLS
if _flag("HTTPS"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 30 * 24 * 3600
    # Other names of the domain, and lists in browsers, are for its owner to decide on, not for one program on it.
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"bound": {"()": "stocktracker.logs.Bound"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s%(where)s: %(message)s"},
        "json": {"()": "stocktracker.logs.AsJson"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": _choice("LOG_FORMAT", "line", ("line", "json")),
            "filters": ["bound"],
        },
    },
    "root": {"handlers": ["stderr"], "level": _choice("LOG_LEVEL", "INFO", _LEVELS)},
}

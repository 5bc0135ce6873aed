"""The web server's entry: granian loads `application` from here."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stocktracker.settings")

application = get_wsgi_application()

from stocktracker.jobs.sending import send_in_background  # noqa: E402 — models are there only now
from stocktracker.monitoring.background import in_background  # noqa: E402 — likewise

send_in_background()
in_background("web")

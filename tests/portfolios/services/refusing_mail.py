"""A mail server that takes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from smtplib import SMTPException
from typing import NoReturn

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> NoReturn:  # noqa: ARG002 — Django's own signature
        raise SMTPException("not today")

#!/usr/bin/env python
"""Django's command line. bin/manage calls it with the right environment."""

import os
import secrets
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stocktracker.settings")
    if sys.argv[1:2] in (["evaluate"], ["simulator"]):  # no database and nothing to sign: no secret is needed
        os.environ.setdefault("SECRET_KEY", secrets.token_hex())
    execute_from_command_line(sys.argv)

"""The primary key carries the close, so that reading closes never touches the table; Django cannot say INCLUDE."""

from django.db import migrations

WITH_CLOSE = """
ALTER TABLE pricing_bar DROP CONSTRAINT pricing_bar_pkey,
  ADD CONSTRAINT pricing_bar_pkey PRIMARY KEY (instrument_id, session) INCLUDE (close)
"""
PLAIN = """
ALTER TABLE pricing_bar DROP CONSTRAINT pricing_bar_pkey,
  ADD CONSTRAINT pricing_bar_pkey PRIMARY KEY (instrument_id, session)
"""


class Migration(migrations.Migration):
    dependencies = [("pricing", "0001_initial")]

    operations = [migrations.RunSQL(WITH_CLOSE, PLAIN)]

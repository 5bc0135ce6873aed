"""One machine, one command: our own PostgreSQL and Redis, the simulated market and the Procfile's processes.

Nothing here runs where DATABASE_URL and REDIS_URL point at managed servers. It imports neither Django nor Celery.
"""

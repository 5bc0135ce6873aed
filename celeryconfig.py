"""Celery's own settings: broker, queues, limits and the two beats; the why of each is in docs/jobs.md."""

from typing import Any

from kombu import Exchange, Queue

from stocktracker.environment import address, flag, whole
from stocktracker.redis import tls


def _celery_url(url: str) -> str:
    """Redis' unix-socket address as Celery spells it: unix:///p?db=0 is redis+socket:///p?virtual_host=0."""
    if not url.startswith("unix://"):
        return url
    path, _, query = url.removeprefix("unix://").partition("?")
    return f"redis+socket://{path}?virtual_host={query.removeprefix('db=') or 0}"


PRIORITIES = 10  # a job row's priority 1–10 is the message's 0–9; on Redis the lowest number goes first

broker_url = _celery_url(address("REDIS_URL", "redis://127.0.0.1:6379/0", ("redis", "rediss", "unix")))
broker_use_ssl = tls(broker_url, verify=flag("REDIS_TLS_VERIFY", default=True))
broker_connection_timeout = 1
broker_connection_retry_on_startup = True
broker_connection_max_retries = None  # a worker waits for Redis for ever
broker_transport_options = {
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 10,
    "max_retries": 0,  # publishing while Redis is down fails at once; the sweep sends it again later
    "visibility_timeout": 3600,
    "priority_steps": list(range(PRIORITIES)),
    "queue_order_strategy": "priority",  # queues are served in the order below
}
# Somebody is looking > prices > charts > the rest.
# Each has an exchange of its own: on a shared one every message would reach every queue.
QUEUES = ("interactive", "prices", "charts", "housekeeping")
task_queues = [Queue(name, Exchange(name), routing_key=name) for name in QUEUES]
task_default_queue = "housekeeping"
task_create_missing_queues = False

result_backend = None  # a job's row is its result; a Redis backend makes .delay() hang while Redis is down
task_ignore_result = True
result_expires = None  # so that beat plans no cleaning of results
task_publish_retry = False
task_acks_late = False  # a lost message costs seconds: the sweep sends it again
task_time_limit, task_soft_time_limit = 330, 300  # seconds; kinds of jobs have their own

worker_prefetch_multiplier = 1
worker_concurrency = whole("WORKER_CONCURRENCY", 3)
worker_max_tasks_per_child = 500
worker_max_memory_per_child = 400_000  # KiB
worker_soft_shutdown_timeout = 20  # platforms send SIGTERM, wait 30 s, then SIGKILL
worker_hijack_root_logger = False
worker_send_task_events = False

timezone = "America/New_York"
beat_scheduler = "django_celery_beat.schedulers:DatabaseScheduler"
beat_max_loop_interval = 5
beat_cron_starting_deadline = 3600
# These become rows of django-celery-beat, editable in the admin.
beat_schedule: dict[str, dict[str, Any]] = {
    "sweep: repair lost and orphaned jobs": {
        "task": "jobs.sweep",
        "schedule": 5.0,
        "options": {"expires": 60, "queue": "interactive", "priority": 0},
    },
    "plan: enqueue what the exchanges' sessions make due": {
        "task": "stocktracker.plan",
        "schedule": 60.0,
        "options": {"expires": 60, "queue": "interactive", "priority": 0},
    },
    "watch: look for alarms": {
        "task": "monitoring.watch",
        "schedule": 60.0,
        "options": {"expires": 60, "queue": "interactive", "priority": 0},
    },
}

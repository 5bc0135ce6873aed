"""Many readers at once while prices change: the row «load» of manage.py perf."""

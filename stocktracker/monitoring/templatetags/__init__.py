"""Template filters of the monitoring room."""

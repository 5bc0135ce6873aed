"""Settings and wiring, and the rooms every app shares."""

"""Backups: the whole database as one file that another machine can go on from, and what one person owns as files."""

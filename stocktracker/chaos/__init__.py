"""Faults on purpose: what runs is killed, stopped or doubled, and then effects are counted: manage.py chaos."""

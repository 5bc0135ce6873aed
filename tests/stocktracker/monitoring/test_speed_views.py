import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from .test_speed import COUNTED, PAGE, TIMED, ran

pytestmark = pytest.mark.django_db

ADDRESS = "/monitoring/speed/"


def test_only_staff_comes_in_and_only_to_look(client: Client, user: User, as_staff: Client) -> None:
    stranger, somebody = Client(), Client()
    somebody.force_login(user)

    assert reverse("monitoring-speed") == ADDRESS
    assert stranger.get(ADDRESS).status_code == 302
    assert somebody.get(ADDRESS).status_code == 403
    assert (as_staff.get(ADDRESS).status_code, as_staff.post(ADDRESS).status_code) == (200, 405)


def test_without_a_run_it_says_how_to_make_the_first(as_staff: Client) -> None:
    page = as_staff.get(ADDRESS).content.decode()

    assert "bin/manage perf --save" in page
    assert "<table" not in page


def test_every_measurement_has_its_figures_its_aim_and_a_line(as_staff: Client) -> None:
    ran(TIMED | {"peers": {"the ORM": 40.0}}, COUNTED, PAGE)
    ran(TIMED, COUNTED | {"met": False}, PAGE, day=2)

    page = re.sub(r"\s+", " ", as_staff.get(ADDRESS).content.decode())

    assert "<b>50 ×</b> the ORM" in page
    assert "3 requests" in page
    assert "33.00 ms" in page
    assert page.count('<polyline points="') == 3
    assert 'aria-label="From 40 to 50 in 2 runs; more is better"' in page
    assert 'aria-label="From 3 to 3 in 2 runs; less is better"' in page
    assert 'class="chip fresh" title="≥ 30 × the ORM">met' in page
    assert 'class="chip loss" title="≥ 30 × the ORM">missed' in page


def test_one_run_draws_no_line_and_nothing_is_styled_inline(as_staff: Client) -> None:
    run = ran(TIMED, COUNTED, PAGE)

    page = as_staff.get(ADDRESS).content.decode()

    assert "<polyline" not in page
    assert f"bin/manage perf --compare {run.pk}" in page
    assert 'style="' not in page

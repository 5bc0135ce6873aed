import os
import subprocess
import sys

import pytest

from stocktracker.chaos.cpu import PROC, processor_seconds

pytestmark = pytest.mark.skipif(not (PROC / "self" / "stat").exists(), reason="there is no /proc here")
BUSY = "import time\nwhile time.process_time() < 0.3: pass"
WITH_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}]); print(flush=True); input()"


def test_the_work_of_children_counts_those_that_have_ended_too() -> None:
    with subprocess.Popen([sys.executable, "-c", WITH_CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout
        parent.stdout.readline()

        seconds = processor_seconds([parent.pid])

        assert 0.3 <= seconds <= 2.0
        assert processor_seconds([os.getpid()]) >= seconds
        parent.communicate(b"\n")


def test_a_process_that_is_not_there_has_done_nothing() -> None:
    assert processor_seconds([2**22 + 1]) == 0

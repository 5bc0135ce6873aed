import time

from stocktracker.perf.timing import Aim, Measurement, Peer, measure


def sleeping(milliseconds: float) -> object:
    """Stands for work of a known length: what is tested is the ratio."""
    end = time.perf_counter() + milliseconds / 1000
    while time.perf_counter() < end:
        pass
    return None


def of(**fields: object) -> Measurement:
    plain: dict[str, object] = {"row": "0", "name": "nothing", "work": lambda: sleeping(2), "aim": Aim(), "turns": 3}
    return Measurement(**plain | fields)  # type: ignore[arg-type]  # the test's own shorthand


def test_a_peer_is_told_as_a_ratio_of_the_same_run() -> None:
    result = measure(of(peers={"slow": Peer(lambda: sleeping(20))}, aim=Aim({"slow": 3.0})))

    assert 3 < result.peers["slow"] < 40
    assert result.met


def test_a_sampled_peer_counts_for_the_whole() -> None:
    result = measure(of(peers={"sampled": Peer(lambda: sleeping(2), share=0.01, turns=1)}))

    assert result.peers["sampled"] > 20


def test_an_aim_that_is_missed_is_said() -> None:
    slow = measure(of(peers={"as fast": Peer(lambda: sleeping(2))}, aim=Aim({"as fast": 100.0})))
    far = measure(of(limit=lambda: sleeping(0.1), aim=Aim(limit=1.5)))
    late = measure(of(aim=Aim(milliseconds=0.1)))

    assert [slow.met, far.met, late.met] == [False, False, False]
    assert (slow.aim, far.aim, late.aim) == ("≥ 100 × as fast", "≤ 1.5 × the limit", "≤ 0.1 ms")


def test_a_batch_is_told_per_unit() -> None:
    result = measure(of(units=10))

    assert 0.1 < (result.median_ms or 9) < 2


def test_what_comes_before_each_turn_is_not_timed() -> None:
    done: list[str] = []

    def before() -> None:
        done.append("before")
        sleeping(20)

    result = measure(of(before=before, work=lambda: done.append("ours"), limit=lambda: done.append("limit"), turns=1))

    assert done == ["before", "ours", "before", "limit"] * 2
    assert (result.median_ms or 9) < 5

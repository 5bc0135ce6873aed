import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
GOOD = {
    "currency": "USD",
    "prices": {"AAPL": {"2024-01-02": 100, "2024-01-03": 110}},
    "transactions": [{"date": "2024-01-02", "kind": "buy", "symbol": "AAPL", "quantity": 10, "price": 100}],
}
OVERSOLD = {
    **GOOD,
    "transactions": [
        *GOOD["transactions"],
        {"date": "2024-01-03", "kind": "sell", "symbol": "AAPL", "quantity": 11, "price": 110},
    ],
}


def run(tmp_path: Path, *texts: str) -> subprocess.CompletedProcess[str]:
    """As a stranger would: no settings, no database, no Redis."""
    files = []
    for number, text in enumerate(texts):
        file = tmp_path / f"{number}.json"
        file.write_text(text)
        files.append(str(file))
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "evaluate", *files, "--json"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_files_alone_are_enough(tmp_path: Path) -> None:
    done = run(tmp_path, json.dumps(GOOD))

    [answer] = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert (answer["value_end"], answer["twr"]) == (1100, 0.10000000000000009)


def test_a_case_that_cannot_be_keeps_its_place_and_says_why(tmp_path: Path) -> None:
    done = run(tmp_path, json.dumps(OVERSOLD), json.dumps(GOOD), "{", "[]")

    oversold, good, no_json, no_case = json.loads(done.stdout)
    assert done.returncode == 1
    assert oversold["error"].startswith(
        "row 2 (2024-01-03 sell AAPL) sells 11 AAPL on 2024-01-03, but only 10 are held"
    )
    assert good["value_end"] == 1100
    assert no_json["error"].startswith("The file is not JSON: ")
    assert no_case["error"] == "The file must hold one JSON object, a case."
    assert "0.json: row 2" in done.stderr

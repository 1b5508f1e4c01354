"""A savepoint that is rolled back after more pages changed than the cache holds loses no acknowledged row, even
when the process is killed right after. argv: build root."""
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

NAME = "acknowledged rows survive a savepoint rollback beyond the cache and kill -9"


def run(program: pathlib.Path, database: pathlib.Path) -> str:
    """The problem found, or nothing."""
    child = subprocess.Popen([program, database], stdout=subprocess.PIPE, text=True)
    acknowledged = set()
    try:
        for line in child.stdout:
            if line.strip() == "ready":
                break
            acknowledged.add(int(line))
    finally:
        child.kill()
        child.wait(timeout=30)
    if len(acknowledged) != 20:
        return f"{len(acknowledged)} of 20 notes were acknowledged"
    with sqlite3.connect(database) as db:
        stored = {number for (number,) in db.execute("select number from notes")}
        if acknowledged - stored:
            return f"acknowledged notes {sorted(acknowledged - stored)} are lost"
        rounds = db.execute("select max(round), count(*) from pages").fetchone()
        if rounds != (0, 300):
            return f"the undone unit left a trace: {rounds}"
        verdict = db.execute("pragma integrity_check").fetchone()[0]
        return "" if verdict == "ok" else f"integrity_check: {verdict}"


def main() -> int:
    program = pathlib.Path(sys.argv[1]) / "tests" / "kill_savepoint_spill"
    with tempfile.TemporaryDirectory(prefix="hawser-kill-") as folder:
        problem = run(program, pathlib.Path(folder) / "spill.db")
    print(f"fail {NAME}: {problem}" if problem else f"pass {NAME}")
    return 1 if problem else 0


sys.exit(main())

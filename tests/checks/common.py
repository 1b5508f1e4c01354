"""What the checks share: the tree, its files, and the way a check ends."""
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def files(*globs):
    """The files of these patterns, relative to the root and sorted."""
    found = {path for glob in globs for path in ROOT.glob(glob) if path.is_file()}
    return sorted(path.relative_to(ROOT) for path in found)


def text(path):
    return (ROOT / path).read_text()


def finish(problems):
    """Prints one reason a line; the exit code says whether there was any."""
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)

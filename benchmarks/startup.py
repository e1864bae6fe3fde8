"""How long a learner waits before anything happens: medians over fresh processes, against their bounds.

    python benchmarks/startup.py

The warm fetch asks for every asset of the course, all of which must have been fetched before, from Python and
from the command line. The exit status is 1 if a bound is missed.
"""

import statistics
import subprocess
import sys
import time

from tlcourse import assets

REPEATS = 9
FETCH = "from tlcourse import assets; [assets.fetch(asset.name) for asset in assets.list()]"


def seconds(command: list[str], repeats: int = REPEATS) -> float:
    """Return the median time of a command, its interpreter's start included."""
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> int:
    """Measure, print the table, and say whether every bound is kept."""
    if absent := [asset.name for asset in assets.list() if not assets.has(asset.name)]:
        print(f"Not fetched yet: {', '.join(absent)}; run: tlcourse fetch --all", file=sys.stderr)
        return 1
    python, command = [sys.executable, "-c"], [sys.executable, "-m", "tlcourse"]
    measured = {
        "import tlcourse": (0.1, seconds([*python, "import tlcourse"])),
        "tlcourse --help": (0.3, seconds([*command, "--help"])),
        "warm fetch of everything, Python": (0.5, seconds([*python, FETCH])),
        "warm fetch of everything, tlcourse fetch --all": (0.5, seconds([*command, "fetch", "--all"])),
    }
    print(f"{'median of ' + str(REPEATS) + ' fresh processes':48} {'seconds':>8} {'bound':>6}")
    for name, (bound, took) in measured.items():
        print(f"{name:48} {took:8.3f} {bound:6.1f}{'' if took < bound else '  MISSED'}")
    return int(any(took >= bound for bound, took in measured.values()))


if __name__ == "__main__":
    sys.exit(main())

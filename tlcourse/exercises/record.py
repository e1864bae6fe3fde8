"""Where a learner stands: which exercises are solved, tried or untouched.

It is kept in one file on the learner's own machine (`progress_file`), without the answers themselves, and
nothing of it is ever sent anywhere.
"""

import html
import json
import os
import re
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import count, groupby
from pathlib import Path

from tlcourse.exercises.registry import every

VERSION = 1
LOCK_TIMEOUT = 2


@dataclass(frozen=True)
class Standing:
    """What became of one exercise: solved or not, after how many tries, and when (ISO 8601) it last changed.

    Once an exercise is solved it stays so, and `tries` stays what it took.
    """

    passed: bool
    tries: int
    time: str


@dataclass(frozen=True, repr=False)
class Progress:
    """All exercises of the course by name, each with its standing; None where it is untouched."""

    standings: dict[str, Standing | None]
    note: str = ""

    @property
    def solved(self) -> int:
        """How many exercises are solved."""
        return sum(self.state(name) == "solved" for name in self.standings)

    def state(self, name: str) -> str:
        """Return "solved", "tried" or "untouched"."""
        standing = self.standings[name]
        return "untouched" if standing is None else "solved" if standing.passed else "tried"

    def __repr__(self) -> str:
        rows = (
            f"{n}  {' '.join(_MARKS[self.state(name)] for name in names)}" for n, names in self._lessons()
        )
        key = "   ".join(f"{mark} {state}" for state, mark in _MARKS.items())
        return "\n".join([self._title(), *rows, key, *[self.note] * bool(self.note)])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row">{number}</th><td style="text-align: left">'
            + " ".join(
                f'<span role="img" aria-label="{label}" title="{label}">{_MARKS[self.state(name)]}</span>'
                for name in names
                for label in [f"{name}: {self.state(name)}"]
            )
            + "</td></tr>"
            for number, names in self._lessons()
        )
        key = " &nbsp; ".join(f"{mark} {state}" for state, mark in _MARKS.items())
        note = f"<br>{html.escape(self.note)}" if self.note else ""
        return (
            f"<strong>{self._title()}</strong><table><thead><tr><th>lesson</th><th>exercises</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>{key}{note}"
        )

    def _title(self) -> str:
        return f"{self.solved} of {len(self.standings)} exercises solved"

    def _lessons(self) -> list[tuple[str, list[str]]]:
        return [(number, list(names)) for number, names in groupby(self.standings, lambda name: name[:2])]


_MARKS = {"solved": "●", "tried": "◐", "untouched": "○"}
_told: set[str] = set()


def progress() -> Progress:
    """Return which exercises of the course you have solved, tried, or not touched yet.

    It is read from a file on this machine, and nothing of it is sent anywhere.

    Examples
    --------
    >>> print(progress())  # doctest: +SKIP
    2 of 47 exercises solved
    00  ● ◐ ○
    01  ● ○ ○ ○
    ● solved   ◐ tried   ○ untouched
    """
    path, kept, note = progress_file(), {}, ""
    if path is not None:
        try:
            kept = parse(path.read_bytes())
        except FileNotFoundError:
            pass
        except OSError as error:
            note = f"Your progress cannot be read: {error}."
        except ValueError as error:
            note = f"{path} is damaged ({error}); your next answer sets it aside and begins a new one."
    return Progress({name: kept.get(name) for name in every()}, note)


def progress_file() -> Path | None:
    """Return the file that progress is kept in; it need not exist yet.

    It is ``progress.json`` in the folder that the operating system sets aside for the user's data, or what
    the environment variable ``TLCOURSE_PROGRESS`` names; None if that is ``off``.
    """
    chosen = os.environ.get("TLCOURSE_PROGRESS")
    if chosen == "off":
        return None
    if chosen:
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("tlcourse", appauthor=False) / "progress.json"


def record(name: str, passed: bool) -> str:
    """Keep the outcome of one answer; return one sentence if something about that needs saying, else "".

    Only a learner's answers count: given in a notebook or in IPython, outside the folder of the solutions.
    The file is written whole or not at all; one that cannot be written or read stops nobody.
    """
    try:
        path = progress_file()
        if path is None or not _learner_answers():
            return ""
        note = _keep(path, name, passed)
    except (OSError, NotImplementedError) as error:  # the latter where a file system knows no locks
        note = f"Your progress could not be kept: {str(error).rstrip('.')}."
    if note in _told:
        return ""
    _told.add(note)
    return note


def _learner_answers() -> bool:
    ipython = sys.modules.get("IPython")
    here = ipython is not None and ipython.get_ipython() is not None
    return here and os.environ.get("TLCOURSE_STRICT") != "1" and Path.cwd().name != "solutions"


def _keep(path: Path, name: str, passed: bool) -> str:
    from filelock import FileLock

    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock"), timeout=LOCK_TIMEOUT):
        kept, note = {}, ""
        try:
            kept = parse(path.read_bytes())
        except FileNotFoundError:
            pass
        except ValueError:
            note = f"Your earlier progress could not be read; it is set aside as {_set_aside(path)}."
        before = kept.get(name)
        if before is None or not before.passed:
            now = datetime.now(UTC).isoformat(timespec="seconds")
            kept[name] = Standing(passed, 1 if before is None else before.tries + 1, now)
            unseen = path.with_suffix(".tmp")
            unseen.write_text(render(kept), encoding="utf-8")
            os.replace(unseen, path)
    return note


def _set_aside(path: Path) -> Path:
    for number in count(1):
        free = path.with_name(f"{path.stem}.damaged-{number}.json")
        if not free.exists():
            return path.rename(free)


def render(kept: dict[str, Standing]) -> str:
    """Return the file's text.

    Examples
    --------
    >>> kept = {"01.2": Standing(True, 3, "2026-01-31T12:00:00+00:00")}
    >>> parse(render(kept).encode()) == kept
    True
    """
    exercises = {name: asdict(standing) for name, standing in sorted(kept.items())}
    return json.dumps({"version": VERSION, "exercises": exercises}, indent=1) + "\n"


def parse(data: bytes) -> dict[str, Standing]:
    """Read the file's bytes; what is not a record of progress is a ValueError.

    Examples
    --------
    >>> parse(b"[]")
    Traceback (most recent call last):
    ValueError: it is no record of progress of version 1
    """
    try:
        document = json.loads(data)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    if not isinstance(document, dict) or document.get("version") != VERSION:
        raise ValueError(f"it is no record of progress of version {VERSION}")
    entries = document.get("exercises")
    if not isinstance(entries, dict):
        raise ValueError("it has no exercises")
    return {name: _standing(name, entry) for name, entry in entries.items()}


def _standing(name: str, entry: object) -> Standing:
    match entry:
        case {"passed": bool(passed), "tries": int(tries), "time": str(time)} if (
            re.fullmatch(r"[0-9]{2}\.[0-9]+", name) and type(tries) is int and tries >= 1
        ):
            datetime.fromisoformat(time)
            return Standing(passed, tries, time)
    raise ValueError(f"its entry {name[:20]!r} makes no sense")

"""What a run of the course came to: headline results, times, memory and machine, as data and as a table."""

import json
import os
import platform
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from importlib import metadata
from pathlib import Path

from tlcourse.measure.report import HEADLINE_MIME as HEADLINE


def headlines(notebook) -> tuple[dict, ...]:
    """Take the headline results out of a notebook's stored outputs, in order."""
    outputs = (output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)
    return tuple(dict(output.data[HEADLINE]) for output in outputs if HEADLINE in output.get("data", {}))


def write_atomically(path: Path, text: str) -> None:
    """Write `text` to `path` so that a reader, or an interruption, sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def score_text(score: dict) -> str:
    """Write a score with its interval.

    Examples
    --------
    >>> score_text({"mean": 0.8612, "low": 0.8401, "high": 0.8799})
    '0.86 [0.84, 0.88]'
    >>> score_text({"mean": 0.8612, "low": None, "high": None})
    '0.86 [no interval]'
    >>> score_text({"mean": 0.398})  # known exactly
    '0.40'
    """
    if "low" not in score:
        return f"{score['mean']:.2f}"
    form = "{mean:.2f} [no interval]" if score["low"] is None else "{mean:.2f} [{low:.2f}, {high:.2f}]"
    return form.format_map(score)


def machine() -> dict:
    """Describe the machine, so that times and memory can be read for what they are."""
    import psutil

    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "system": platform.system(),
        "python": platform.python_version(),
        "tensorflow": _tensorflow(),
    }


def _cpu() -> str:
    with suppress(OSError, TypeError):
        return re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())[1]
    return platform.processor() or platform.machine()


def _tensorflow() -> str:
    for name in ("tensorflow", "tensorflow-cpu"):
        with suppress(metadata.PackageNotFoundError):
            return metadata.version(name)
    return "not installed"


def document(outcomes: Iterable) -> dict:
    """Gather the outcomes of lessons, and the machine, into one document that JSON can hold."""
    return {
        "machine": machine(),
        "lessons": [
            {
                "number": outcome.lesson.number,
                "title": outcome.lesson.title,
                "seconds": round(outcome.seconds, 1),
                "peak_bytes": outcome.peak_bytes,
                "headlines": list(outcome.headlines),
                "failure": outcome.failure and asdict(outcome.failure),
            }
            for outcome in outcomes
        ],
    }


def write(folder: Path, document: dict) -> Path:
    """Write the document to `build/results.json` of the course in `folder`."""
    path = folder / "build" / "results.json"
    write_atomically(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return path


def rows(lessons: Iterable[dict]) -> Iterator[tuple[dict, list[str]]]:
    """Yield for each headline result of a document's lessons its lesson and the cells that say what it is."""
    for lesson in lessons:
        for headline in lesson["headlines"]:
            baseline = headline["baseline"]
            against = f"{baseline['name']} {score_text(baseline)}" if baseline else ""
            yield lesson, [lesson["number"], headline["text"], score_text(headline), against]


def table(document: dict):
    """Draw the course's headline results for a terminal."""
    from rich.table import Table

    drawn = Table("lesson", "result", "score", "baseline", "minutes", "peak GB", title="The course, measured")
    for lesson in document["lessons"]:
        cells = [cells[1:] for _, cells in rows([lesson])] or [
            ["failed" if lesson["failure"] else "", "", ""]
        ]
        cost = [f"{lesson['seconds'] / 60:.1f}", f"{lesson['peak_bytes'] / 1e9:.2f}"]
        for first, row in zip([True] + [False] * len(cells), cells, strict=False):
            drawn.add_row(f"{lesson['number']} {lesson['title']}" * first, *row, *(cost if first else []))
        drawn.add_section()
    return drawn

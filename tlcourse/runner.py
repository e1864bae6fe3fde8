"""Execute the course's lessons headlessly, each in a fresh kernel, and gather their headline results."""

import asyncio
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import nbformat
import psutil
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tlcourse import assets, results
from tlcourse.assets.errors import AssetError, suggest

CELL_TIMEOUT = 600
POLL = 0.2
TRACEBACK_LINES = 12
NUMBERED = "[0-9][0-9]_*.ipynb"


class RunError(Exception):
    """The course cannot be run as asked."""


@dataclass(frozen=True)
class Lesson:
    """One notebook of the course, as far as running it is concerned."""

    path: Path
    title: str
    cells: int
    assets: tuple[str, ...]

    @property
    def number(self) -> str:
        """The two digits its file name begins with."""
        return self.path.name[:2]


@dataclass(frozen=True)
class Failure:
    """Why a lesson did not finish; `cell` counts code cells from 1, as Jupyter's own `[1]` does."""

    error: str
    cell: int | None = None
    source: str = ""
    traceback: str = ""


@dataclass(frozen=True)
class Outcome:
    """What one lesson came to."""

    lesson: Lesson
    seconds: float = 0.0
    peak_bytes: int = 0
    headlines: tuple[dict, ...] = ()
    failure: Failure | None = None


@dataclass
class Progress:
    """Where a running lesson is; handed to the `watch` function several times a second."""

    started: float
    cell: int = 0
    source: str = ""
    peak_bytes: int = 0


def course_folder() -> Path:
    """Find the clone of the course: where this package lies, else the current directory or one above it."""
    candidates = (Path(__file__).parents[1], Path.cwd(), *Path.cwd().parents)
    for folder in candidates:
        if any((folder / "notebooks").glob(NUMBERED)):
            return folder
    raise RunError(
        f"No notebooks/NN_topic.ipynb beside the package ({candidates[0]}), in {candidates[1]} or above it; "
        "run this inside a clone of the course."
    )


def lessons(folder: Path, numbers: Iterable[str] = ()) -> list[Lesson]:
    """Read the lessons of the course in `folder`: all, or those with the given numbers ("01" or "1")."""
    paths = {path.name[:2]: path for path in sorted((folder / "notebooks").glob(NUMBERED))}
    wanted = sorted({number.zfill(2) for number in numbers}) or list(paths)
    for number in wanted:
        if number not in paths:
            raise RunError(f"There is no lesson {number!r}.{suggest(number, list(paths))}")
    return [_read_lesson(paths[number]) for number in wanted]


def _read_lesson(path: Path) -> Lesson:
    try:
        notebook = nbformat.read(path, as_version=4)
    except (ValueError, nbformat.ValidationError) as error:
        raise RunError(f"{path} is not a readable notebook ({error}); restore it with git.") from error
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    heading = re.search(r"^# (?:\d\d · )?(.+)$", prose, re.M)
    needs = notebook.metadata.get("tlcourse", {}).get("assets", [asset.name for asset in assets.list()])
    return Lesson(
        path=path,
        title=heading[1] if heading else path.stem,
        cells=sum(map(_runs, notebook.cells)),
        assets=tuple(needs),
    )


def _runs(cell) -> bool:
    return cell.cell_type == "code" and bool(cell.source.strip())


def fetch_assets(wanted: Iterable[Lesson], say: Callable[[str], None]) -> dict[str, str]:
    """Fetch what the lessons need, telling `say`; return the errors of those that failed, by name."""
    present, errors = [], {}
    for name in sorted({name for lesson in wanted for name in lesson.assets}):
        try:
            if assets.has(name):
                present.append(name)
                continue
            say(f"assets: fetching {name} …")
            assets.fetch(name)
        except AssetError as error:
            say(f"assets: {error}")
            errors[name] = str(error)
    if present:
        say(f"assets: {len(present)} present ({', '.join(present)})")
    return errors


def execute_all(
    wanted: Iterable[Lesson],
    folder: Path,
    blocked: dict[str, str],
    console: "rich.console.Console",  # noqa: F821
) -> Iterator[Outcome]:
    """Execute lessons one after the other, showing progress on the console, and yield what each came to.

    A lesson that needs an asset of `blocked` (its error, by name) fails without being tried.
    """
    from rich import progress as bars

    columns = (
        bars.SpinnerColumn(finished_text="●"),
        bars.TextColumn("{task.description}", markup=False),
        bars.BarColumn(bar_width=20),
        bars.TextColumn("cell {task.completed}/{task.total}"),
        bars.TimeElapsedColumn(),
        bars.TextColumn("{task.fields[memory]}"),
    )
    live = console.is_terminal
    with bars.Progress(*columns, console=console, disable=not live) as display:
        for lesson in wanted:
            name = f"{lesson.number} {lesson.title}"
            if missing := [blocked[asset] for asset in lesson.assets if asset in blocked]:
                outcome = Outcome(lesson, failure=Failure(" ".join(missing)))
            else:
                if not live:
                    console.print(f"{name}: {lesson.cells} cells …", markup=False)
                task = display.add_task(name, total=lesson.cells, memory="")

                def watch(progress, task=task):
                    memory = f"{progress.peak_bytes / 1e9:.2f} GB"
                    display.update(task, completed=max(progress.cell - 1, 0), memory=memory)

                outcome = execute(lesson, folder / "build" / "notebooks" / lesson.path.name, watch)
                if outcome.failure is None:
                    display.update(task, completed=lesson.cells)
                display.stop_task(task)
                if not live:
                    cost = f"{outcome.seconds:.0f} s, {outcome.peak_bytes / 1e9:.2f} GB"
                    console.print(f"{name}: {'failed' if outcome.failure else 'done'}, {cost}", markup=False)
            if outcome.failure:
                console.print(explain(outcome), markup=False, soft_wrap=True)
            yield outcome


def explain(outcome: Outcome) -> str:
    """Say where a lesson failed: the cell, its source, the error and the end of the traceback."""
    lesson, failure = outcome.lesson, outcome.failure
    where = f" in cell {failure.cell} of {lesson.cells}" if failure.cell else ""
    source = "".join(f"\n  | {line}" for line in failure.source.splitlines())
    trace = "".join(f"\n  {line}" for line in failure.traceback.splitlines())
    return f"Lesson {lesson.number} ({lesson.title}) failed{where}: {failure.error}{source}{trace}"


class _ThisInterpreter(KernelSpecManager):
    """Answers every kernel's name with the running Python, whatever kernels the machine has registered."""

    def get_kernel_spec(self, kernel_name):
        return KernelSpec(**get_kernel_dict())


def execute(lesson: Lesson, copy: Path, watch: Callable[[Progress], None]) -> Outcome:
    """Execute one lesson in a kernel of its own and write the executed notebook to `copy`.

    Ctrl-C ends the kernel with all its processes, writes nothing, and goes on to the caller.
    """
    notebook = nbformat.read(lesson.path, as_version=4)
    progress = Progress(started=time.monotonic())

    def on_cell_start(cell, cell_index):
        if _runs(cell):
            progress.cell, progress.source = progress.cell + 1, cell.source

    kernel = AsyncKernelManager(kernel_spec_manager=_ThisInterpreter())
    client = NotebookClient(
        notebook,
        km=kernel,
        timeout=CELL_TIMEOUT,
        startup_timeout=120,
        on_cell_start=on_cell_start,
        resources={"metadata": {"path": str(lesson.path.parent)}},
    )
    environment = {**os.environ, "TQDM_DISABLE": "1", "TLCOURSE_PROGRESS": "off"}
    with ThreadPoolExecutor(1) as pool, tempfile.TemporaryFile("w+", errors="replace") as log:
        options = {"cleanup_kc": True, "env": environment, "stdout": log, "stderr": log}
        run = pool.submit(lambda: asyncio.run(client.async_execute(**options)))
        try:
            while wait([run], POLL).not_done:
                progress.peak_bytes = max(progress.peak_bytes, sum(map(_resident, _processes(kernel))))
                watch(progress)
        except BaseException:
            _kill(kernel, run)
            raise
        seconds = time.monotonic() - progress.started
        failure = _failure(run.exception(), progress, notebook, log)
    results.write_atomically(copy, nbformat.writes(notebook))
    return Outcome(lesson, seconds, progress.peak_bytes, results.headlines(notebook), failure)


def _processes(kernel: AsyncKernelManager) -> list[psutil.Process]:
    with suppress(psutil.Error):
        if kernel.provisioner is not None and kernel.provisioner.pid:
            root = psutil.Process(kernel.provisioner.pid)
            return [root, *root.children(recursive=True)]
    return []


def _resident(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return process.memory_info().rss
    return 0


def _kill(kernel: AsyncKernelManager, run: Future) -> None:
    # A kernel may only just be starting: keep looking until the client has noticed that it is gone.
    while wait([run], POLL).not_done:
        for process in _processes(kernel):
            with suppress(psutil.Error):
                process.kill()


def _failure(error: BaseException | None, progress: Progress, notebook, log: IO[str]) -> Failure | None:
    if error is None:
        return None
    where = {"cell": progress.cell or None, "source": progress.source}
    match error:
        case CellExecutionError():
            lines = [
                line
                for cell in notebook.cells
                if _runs(cell)
                for output in cell.outputs
                if output.output_type == "error" and output.ename == error.ename
                for line in "\n".join(output.traceback).splitlines()
            ]
            return Failure(f"{error.ename}: {error.evalue}", traceback=_end(lines), **where)
        case CellTimeoutError():
            return Failure(f"The cell did not finish in {CELL_TIMEOUT} seconds.", **where)
        case DeadKernelError():
            log.seek(0)
            reason = "The kernel died, most often for want of memory: close other programs and try again."
            return Failure(reason, traceback=_end(log.read().splitlines()), **where)
        case _:
            return Failure(f"{type(error).__name__}: {error}", **where)


def _end(lines: list[str]) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(lines[-TRACEBACK_LINES:]))

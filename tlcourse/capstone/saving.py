"""The finished model in a folder: files that were read back and compared, its card and its report."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tlcourse import adviser
from tlcourse.adviser import Advice, CannotSave
from tlcourse.adviser.advice import as_text
from tlcourse.adviser.pipeline import Pipeline
from tlcourse.capstone import card, export, page
from tlcourse.capstone.dossier import Dossier
from tlcourse.capstone.judgement import Judgement
from tlcourse.capstone.task import Task, things
from tlcourse.measure import Table

KERAS, LITERT, PIPELINE = "model.keras", "model.tflite", "pipeline"
CARD, REPORT, FACTS = "README.md", "report.html", "results.json"
TOLERANCE = 1e-4
"""How far the probabilities of the LiteRT file may be from those of the Keras file."""


@dataclass(frozen=True, eq=False, repr=False)
class Saved:
    """A saved model, and how its files agree; made by `save`.

    Attributes
    ----------
    folder : pathlib.Path
    begins_at : str
        Where the Keras and the LiteRT file begin, "pixels" or "features".
    checks : tuple of (str, str, float, int, float)
        For each file: its name, with what it was compared, the largest difference between two probabilities,
        how many test examples get the same class, and the accuracy.
    number : int
        How many test examples there are.
    """

    folder: Path
    begins_at: str
    checks: tuple[tuple[str, str, float, int, float], ...]
    number: int

    @property
    def table(self) -> Table:
        """How each file, read back, agrees with what it was compared with."""
        rows = tuple(
            (name, other, f"{largest:.1g}", f"{same} of {self.number}", f"{accuracy:.2f}")
            for name, other, largest, same, accuracy in self.checks
        )
        columns = ("compared with", "largest difference in probability", "same class", "accuracy")
        return Table(columns, rows, "Each file was read back and given the test part once more.")

    def __repr__(self) -> str:
        return f"saved in {self.folder}\n{self.table!r}"

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


def check_folder(folder: str | os.PathLike) -> Path:
    """Return the folder's full path if a model may be saved there, and refuse it otherwise.

    Raises
    ------
    CannotSave
        If it holds anything but a model that `save` wrote.
    """
    path = Path(folder).expanduser().absolute()
    held = {item.name for item in path.iterdir()} if path.is_dir() else set()
    own = FACTS in held and held <= {KERAS, LITERT, PIPELINE, CARD, REPORT, FACTS}
    if path.exists() and not own and (held or not path.is_dir()):
        raise CannotSave(f"{path} holds something else than a model of tlcourse try: choose another folder.")
    return path


def save(
    folder: str | os.PathLike,
    task: Task,
    advice: Advice,
    model: Pipeline,
    result: Judgement,
    without: Judgement | None = None,
) -> Saved:
    """Save a model with all that one needs to use it, and to know what it is worth.

    Parameters
    ----------
    folder : path-like
        A new or an empty one, or one that this wrote before, which is replaced. It appears only when all of
        it is there, the pipeline, read back, does what was tested, and the LiteRT file what the Keras file
        does. How far the Keras file is from the pipeline is told in `Saved.checks`, and not limited.
    task : Task
    advice : adviser.Advice
    model : adviser.pipeline.Pipeline
        From `train`.
    result : Judgement
        The model's.
    without : Judgement, optional
        That of the best candidate without transfer, to stand beside it.

    Returns
    -------
    Saved

    Raises
    ------
    CannotSave
        If the folder holds something else, if the pipeline, read back, differs from what was tested, or if
        the LiteRT file differs from the Keras file.

    Examples
    --------
    >>> saved = save("my-model", task, advice, model, result)  # doctest: +SKIP
    >>> saved.table  # doctest: +SKIP
    """
    path = check_folder(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".saving-", dir=path.parent) as scratch:
        fresh = Path(scratch, "fresh")
        saved = _write_model(fresh, task, model, result)
        dossier = Dossier(task, advice, model, result, without, saved.begins_at, saved.checks, saved.table)
        (fresh / FACTS).write_text(as_text(dossier.to_json()) + "\n", "utf-8")
        (fresh / CARD).write_text(card.write(dossier), "utf-8")
        (fresh / REPORT).write_text(page.write(dossier), "utf-8")
        if check_folder(path).exists():  # once more, for minutes may have gone by
            os.rename(path, Path(scratch, "old"))
        os.rename(fresh, path)
    return replace(saved, folder=path)


def _write_model(folder: Path, task: Task, model: Pipeline, result: Judgement) -> Saved:
    """Write the three forms of the model, read each back, and see whether they agree."""
    from tlcourse.transfer import litert

    folder.mkdir()
    model.save(folder / PIPELINE, f"# {task.name}\n\nWhat this is, the README one folder up says.\n")
    network = export.as_keras(model)
    network.save(folder / KERAS)
    (folder / LITERT).write_bytes(litert.convert(network))

    test = things(task.test)
    inputs = export.inputs_of(model, network, test)
    package = adviser.load(folder / PIPELINE).predict_proba(test)
    keras, lite = export.by_keras(folder / KERAS, inputs), export.by_litert(folder / LITERT, inputs)
    pairs = (
        (PIPELINE, "what was tested", package, result.probabilities),
        (KERAS, PIPELINE, keras, package),
        (LITERT, KERAS, lite, keras),
    )
    checks = tuple(
        (
            name,
            other,
            float(np.abs(one - two).max()),
            int((one.argmax(axis=1) == two.argmax(axis=1)).sum()),
            float(np.mean(one.argmax(axis=1) == result.truth)),
        )
        for name, other, one, two in pairs
    )
    for name, other, largest, same, _ in (checks[0], checks[2]):
        if largest > TOLERANCE or same < len(result.truth):
            raise CannotSave(
                f"{name}, read back, differs from {other} by up to {largest:.2g} in probability, so that "
                "nothing was saved: the versions of the libraries here may not go together."
            )
    begins = "pixels" if export.begins_at_pixels(network) else "features"
    return Saved(folder, begins, checks, len(result.truth))

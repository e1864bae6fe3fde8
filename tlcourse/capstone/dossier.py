"""All there is to say about a saved model, once, for its card, its report and its file of numbers."""

from __future__ import annotations

import datetime
import platform
from dataclasses import dataclass
from importlib import metadata

import numpy as np

from tlcourse import __version__, assets
from tlcourse.adviser import Advice
from tlcourse.adviser.pipeline import Pipeline
from tlcourse.capstone.judgement import Judgement
from tlcourse.capstone.task import Task
from tlcourse.measure import Table

_FORMAT = 1
# As `datasets.load_folder` reads photos, but for the shortcuts it takes with large ones.
_PIXELS = """import numpy as np
from PIL import Image, ImageOps

# transparent parts: make them white first
image = ImageOps.exif_transpose(Image.open({new})).convert("RGB")
side = 0.875 * min(image.size)  # the middle, as it was learned
left, top = (image.width - side) / 2, (image.height - side) / 2
box = (left, top, left + side, top + side)
image = image.resize(({size}, {size}), Image.Resampling.BICUBIC, box)
given = np.asarray(image)[None]
"""
_KERAS = """network = keras.saving.load_model("model.keras")
probabilities = network.predict(given)"""
_LITERT = """from ai_edge_litert.interpreter import Interpreter

interpreter = Interpreter("model.tflite")
interpreter.allocate_tensors()
interpreter.set_tensor(interpreter.get_input_details()[0]["index"], given)
interpreter.invoke()
probabilities = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])"""


@dataclass(frozen=True)
class Dossier:
    """What `save` has gathered about a model; its attributes are those of `save` and `Saved`."""

    task: Task
    advice: Advice
    model: Pipeline
    result: Judgement
    without: Judgement | None
    begins_at: str
    checks: tuple
    checked: Table

    @property
    def summary(self) -> str:
        """What the model does, how well, and how that is known."""
        task, result = self.task, self.result
        return (
            f"Sorts {task.kind} into {len(task.class_names)} classes ({', '.join(task.class_names)}) by "
            f"{result.name}. Of {len(result.truth):,} {task.kind} set aside from the beginning it named "
            f"{int(result.accuracy.values.sum()):,} right: an accuracy of {result.accuracy}, in brackets a "
            f"{result.accuracy.level:.0%} interval."
        )

    @property
    def accuracies(self) -> Table:
        """The model's accuracy, beside what could embarrass it."""
        rows = [(self.result.name, "the model here", str(self.result.accuracy))]
        if self.without is not None:
            rows.append((self.without.name, "the best without transfer", str(self.without.accuracy)))
        rows.append(("the commonest class", "always the same answer", f"{self.result.commonest:.2f}"))
        caption = (
            f"On the same {len(self.result.truth):,} {self.task.kind} to test on. In brackets: 95% interval."
        )
        return Table(("what it is", "accuracy"), tuple(rows), caption)

    @property
    def beginning(self) -> str:
        """Where the Keras and the LiteRT file begin, and if not at the pixels, why."""
        if self.begins_at == "pixels":
            size = self.model.size
            return (
                f"model.keras takes pictures as uint8 pixels of shape (N, {size}, {size}, 3), model.tflite "
                "takes one at a time; all preprocessing is inside. Both give the probabilities of the "
                f"classes, in this order: {', '.join(self.task.class_names)}."
            )
        size, why = len(self.model.weights), f"no layer of Keras computes {self.model.name}"
        if self.task.kind == "texts":
            why = f"no layer that both can hold makes {self.model.name} of a text"
        return (
            f"model.keras and model.tflite begin at the features, float32 of shape (N, {size:,}), for {why}: "
            "the pipeline makes the features, as below, and can do all the rest as well. Both give the "
            f"probabilities of the classes, in this order: {', '.join(self.task.class_names)}."
        )

    @property
    def usage(self) -> tuple[tuple[str, str], ...]:
        """Code for each way to use it, with a title."""
        new = '"new.jpg"' if self.task.kind == "photos" else '"a new text"'
        load = 'from tlcourse import adviser\n\nmodel = adviser.load("pipeline")\n'
        if self.begins_at == "pixels":
            given = _PIXELS.format(new=new, size=self.model.size)
        else:
            given = f"{load}given = model.features([{new}])\n"
        return (
            ("With tlcourse", f"{load}model.predict([{new}])"),
            ("With Keras", f"import keras\n{given}{_KERAS}"),
            ("With LiteRT, after the same preparation", _LITERT),
        )

    @property
    def limits(self) -> tuple[str, ...]:
        """What the accuracy does not say."""
        what = self.task.kind
        return (
            f"The accuracy is that of {what} like these: from the same people, places, devices and times. "
            "The interval covers another draw of such, and nothing else.",
            "It names one of its classes whatever it is shown, also what belongs to none of them.",
            "Its probabilities say how sure it is, which is not how right it is: see the confident mistakes.",
            "A pretrained source passes on the faults of what it was trained on, and no accuracy shows them.",
        )

    @property
    def sources(self) -> tuple[str, ...]:
        """The pretrained sources in it, with their licences."""
        if self.model.network:
            card = self.model.network.card
            return (f"{card.name} ({card.licence}): {card.citation}.",) if card.citation else ()
        cards = [assets.card(name) for name in self.model.representation.assets]
        return tuple(f"{card.title} ({card.licence}): {card.citation}." for card in cards)

    @property
    def made(self) -> str:
        """When it was made, and by which versions."""
        parts = ", ".join(f"{name} {version}" for name, version in _versions().items())
        return f"Made on {datetime.date.today()} by {parts}."

    def to_json(self) -> dict:
        """Return what a program may want to know."""
        task, result = self.task, self.result
        names = ("file", "compared_with", "largest_difference", "same_class", "accuracy")
        return {
            "format": _FORMAT,
            "name": task.name,
            "kind": task.kind,
            "classes": task.class_names,
            "counts": task.report.counts,
            "learned_from": len(task.learn),
            "tested_on": len(task.test),
            "divided_by_learner": task.divided,
            "findings": [str(finding) for finding in task.report.findings],
            "model": result.name,
            "test": _numbers(result),
            "confusion": result.counts.tolist(),
            "without_transfer": self.without and {"name": self.without.name, **_numbers(self.without)},
            "commonest_class": result.commonest,
            "files_begin_at": self.begins_at,
            "files": [dict(zip(names, check, strict=True)) for check in self.checks],
            "advice": self.advice.to_json(),
            "versions": _versions(),
        }


def _numbers(result: Judgement) -> dict:
    score = result.accuracy
    ends = {key: None if np.isnan(getattr(score, key)) else getattr(score, key) for key in ("low", "high")}
    return {"mean": score.mean, **ends, "level": score.level}


def _versions() -> dict[str, str]:
    return {
        "tlcourse": __version__,
        "Keras": metadata.version("keras"),
        "NumPy": np.__version__,
        "Python": platform.python_version(),
    }

"""Fine-tuning: a new head on a frozen backbone first, then the top blocks with it, at a lower rate."""

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tlcourse.assets.errors import suggest
from tlcourse.datasets import Images, Split
from tlcourse.memory import give_back
from tlcourse.models import Backbone
from tlcourse.progress import bar
from tlcourse.transfer.features import Pictures, extract_features
from tlcourse.transfer.litert import traced
from tlcourse.transfer.schedule import CannotFineTune, Schedule

# First, for it silences what TensorFlow has to say when it is loaded.
from tlcourse.transfer.trainer import trainer_for  # isort: skip
import keras


@dataclass(frozen=True, repr=False, eq=False)
class FineTuned:
    """A backbone with a head for a new task, made by `fine_tune`.

    Attributes
    ----------
    backbone : Backbone
        What it was made from, as it was.
    lower : keras.Model or None
        The part that stayed frozen, shared with the backbone; None where everything was trained.
    tail : keras.Model
        What was trained: the blocks above, and the head.
    class_names : tuple of str
    unfrozen : tuple of str
        The blocks that were trained, from shallow to deep.
    history : dict of str to list
        For each pass: "phase" ("head" or "blocks"), "loss", "accuracy", "val_loss", "val_accuracy", and
        "seconds" since the start, all preparation included.
    """

    backbone: Backbone
    lower: Any
    tail: Any
    class_names: tuple[str, ...]
    unfrozen: tuple[str, ...]
    history: dict[str, list]

    @property
    def network(self):
        """The whole as one keras.Model, from what ``backbone.preprocess`` gives to class probabilities."""
        image = keras.Input(self.backbone.network.input_shape[1:])
        return keras.Model(image, self.tail(image if self.lower is None else self.lower(image)))

    def predict_proba(self, images: np.ndarray) -> np.ndarray:
        """Return the probability of each class, float32 (N, classes), for uint8 pictures (N, H, W, 3)."""
        maps = _maps(self.backbone, self.lower, images)
        # Tracing would take longer than calling layer by layer, which holds the maps of all layers at once.
        batches = _batches(_at_once(maps), maps)
        return np.concatenate([np.asarray(self.tail(x, training=False)) for (x,) in batches])

    def predict(self, images: np.ndarray) -> np.ndarray:
        """Return the likeliest class of each picture, as an index into `class_names`."""
        return self.predict_proba(images).argmax(axis=1)

    @property
    def body(self) -> Backbone:
        """The tuned network without its head: a backbone whose features fit the new task."""
        if not self.unfrozen:
            return self.backbone
        # The head is the last three layers: two that scale, and the dense one.
        upper = keras.Model(self.tail.inputs[0], self.tail.layers[-4].output)
        image = keras.Input(self.backbone.network.input_shape[1:])
        network = keras.Model(image, upper(image if self.lower is None else self.lower(image)), name="body")
        network.trainable = False
        return replace(self.backbone, name=f"{self.backbone.name}, fine-tuned", network=network, layers=())

    @property
    def validation_accuracy(self) -> float:
        """The accuracy on validation pictures of the weights that were kept."""
        return self.history["val_accuracy"][int(np.argmin(self.history["val_loss"]))]

    def __repr__(self) -> str:
        blocks = ", ".join(self.unfrozen) or "the head alone"
        return (
            f"FineTuned {self.backbone.name} for {len(self.class_names)} classes: trained {blocks}; best of"
            f" {len(self.history['val_loss'])} passes, validation accuracy {self.validation_accuracy:.2f}"
        )


def fine_tune(
    backbone: Backbone,
    data: Split,
    unfreeze: int | str = 0,
    schedule: Schedule | None = None,
    seed: int = 0,
    progress: bool = True,
) -> FineTuned:
    """Train a new head on a backbone, then the backbone's top blocks with it.

    The frozen part never changes, so each picture goes through it once, and training starts from what comes
    out. That is the same computation as sending every picture through the whole network in every pass, and
    many times faster.

    Parameters
    ----------
    backbone : Backbone
        Without a head. It is left as it is; what is trained is a copy of its top.
    data : datasets.Split of Images
        ``data.train`` is learned from and ``data.validation`` decides when to stop; ``data.test`` is never
        looked at.
    unfreeze : int or str
        How many blocks to train, counted from the top of ``backbone.layers``: 0 trains the head alone,
        ``len(backbone.layers)`` everything. Or the name of the lowest block to train.
    schedule : Schedule, optional
        How long and how fast; its defaults when left out.
    seed : int
        Of the head's first weights, of the order of pictures and of mirroring.
    progress : bool
        Show a progress bar with the time left.

    Returns
    -------
    FineTuned
        With the weights that had the lowest validation loss in either phase.

    Raises
    ------
    CannotFineTune
        If the depth does not exist, the backbone has a head, or the training part is of one class.

    Examples
    --------
    >>> tuned = fine_tune(backbone, datasets.split(stamps), unfreeze="block6a")  # doctest: +SKIP
    >>> tuned.predict(photos)  # doctest: +SKIP
    array([3, 0])
    """
    schedule = schedule or Schedule()
    depth = _depth(backbone, unfreeze)
    _check(backbone, data)
    clock = time.perf_counter()
    train, validation = data.train, data.validation
    trainer = trainer_for(
        backbone,
        depth,
        len(train.class_names),
        schedule.batch_norm,
        schedule.decay,
        schedule.l2_sp > 0,
    )
    trainer.reset(seed, schedule.l2_sp)
    # The first axis holds the pictures as they are and, where wanted, mirrored.
    views = [train.images, train.images[:, :, ::-1]] if schedule.mirror else [train.images]
    maps = np.stack([_maps(backbone, trainer.lower, view) for view in views])
    held_out = _maps(backbone, trainer.lower, validation.images)
    features = np.stack([_features(trainer.upper, view) for view in maps])

    labels, asked = train.labels.astype(np.int32), validation.labels.astype(np.int32)
    phases = [("head", trainer.head_phase, schedule.head_epochs, schedule.head_rate)]
    phases += [("blocks", trainer.tail_phase, schedule.epochs, schedule.rate)] if depth else []
    total = sum(epochs for _, _, epochs, _ in phases)
    history, best = defaultdict(list), np.inf
    with bar(total=total, desc=f"fine-tuning {backbone.name}", unit="pass", disable=not progress) as shown:
        for name, phase, epochs, rate in phases:
            x, held = (features, _features(trainer.upper, held_out)) if name == "head" else (maps, held_out)
            rng, waited, weights = np.random.default_rng(seed), 0, phase.network.get_weights()
            for _ in range(epochs):
                loss, accuracy = phase.train(_shuffled(x, labels, schedule.batch_size, rng), rate)
                val_loss, val_accuracy = phase.validate(_batches(_at_once(held), held, asked))
                row = {"loss": loss, "accuracy": accuracy, "val_loss": val_loss, "val_accuracy": val_accuracy}
                for key, value in row.items():
                    history[key].append(float(value))
                history["phase"].append(name)
                history["seconds"].append(time.perf_counter() - clock)
                shown.update()
                waited += 1
                if val_loss < best:
                    best, weights, waited = val_loss, phase.network.get_weights(), 0
                if waited == schedule.patience:
                    break
            phase.network.set_weights(weights)
    tail = keras.models.clone_model(trainer.tail)
    tail.set_weights(trainer.tail.get_weights())
    unfrozen = backbone.layers[len(backbone.layers) - depth :]
    give_back()
    return FineTuned(backbone, trainer.lower, tail, train.class_names, unfrozen, dict(history))


def _depth(backbone: Backbone, unfreeze: int | str) -> int:
    """Return how many blocks to train, counted from the top."""
    blocks = backbone.layers
    if isinstance(unfreeze, str):
        if unfreeze not in blocks:
            raise CannotFineTune(f"{backbone.name} has no block {unfreeze!r}.{suggest(unfreeze, blocks)}")
        return len(blocks) - blocks.index(unfreeze)
    if not 0 <= unfreeze <= len(blocks):
        raise CannotFineTune(
            f"unfreeze is {unfreeze}, but {backbone.name} has {len(blocks)} blocks: give from 0, for the head"
            f" alone, to {len(blocks)}, for everything."
        )
    return unfreeze


def _check(backbone: Backbone, data: Split) -> None:
    if backbone.class_names:
        raise CannotFineTune(f"This {backbone.name} ends in its own classes: load it with head=False.")
    if not isinstance(data, Split) or not isinstance(data.train, Images):
        raise CannotFineTune(f"Got a {type(data).__name__}; give pictures divided by datasets.split.")
    if len(np.unique(data.train.labels)) < 2:
        raise CannotFineTune("The training pictures are not of two classes; give at least two.")
    if not len(data.validation):
        raise CannotFineTune("There are no validation pictures to stop by; give some.")


def _maps(backbone: Backbone, lower, images: np.ndarray) -> np.ndarray:
    """Run pictures through the frozen part, or only preprocess them where nothing is frozen."""
    if lower is not None:
        return extract_features(replace(backbone, network=lower), images, cache=False, progress=False)
    pictures = Pictures(images)
    size = backbone.input_size
    return backbone.preprocess(np.stack([pictures.read(index, size) for index in range(len(pictures))]))


def _features(network, maps: np.ndarray) -> np.ndarray:
    run = traced(network)
    return np.concatenate([run(batch).numpy() for (batch,) in _batches(_at_once(maps), maps)])


def _at_once(maps: np.ndarray) -> int:
    """Say how many pictures to run at a time: small ones in large batches, and a few large ones."""
    return max(16, 2**17 // maps[0].size)


def _shuffled(views: np.ndarray, labels: np.ndarray, size: int, rng: np.random.Generator) -> Iterator:
    """Yield the batches of one pass, in a new order, each picture in one of its views."""
    order = rng.permutation(len(labels))
    view = rng.integers(len(views), size=len(labels))
    for (chosen,) in _batches(size, order):
        yield views[view[chosen], chosen], labels[chosen]


def _batches(size: int, *arrays: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
    for start in range(0, len(arrays[0]), size):
        yield tuple(array[start : start + size] for array in arrays)

"""Fine-tuning: a new head on a frozen backbone first, then the top blocks with it, at a lower rate."""

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from tlcourse.assets.errors import suggest
from tlcourse.datasets import Images, Split
from tlcourse.models import Backbone
from tlcourse.models.quiet import quiet_stderr
from tlcourse.progress import bar
from tlcourse.transfer.features import Pictures, extract_features

with quiet_stderr():
    import keras
    import tensorflow  # noqa: F401  Keras loads it piecemeal, and its notices with it


class CannotFineTune(ValueError):
    """What was given cannot be fine-tuned on: one class, a depth that does not exist, a strange schedule."""


@dataclass(frozen=True)
class Schedule:
    """How long to train, and how fast.

    Attributes
    ----------
    head_epochs : int
        Passes over the training pictures while the whole backbone is frozen.
    head_rate : float
        Adam's learning rate in that phase.
    epochs : int
        Passes with the unfrozen blocks; 0 leaves it at the head.
    rate : float
        Adam's learning rate for head and topmost block in that phase.
    decay : float
        Each block further down learns at `decay` times the rate of the one above (discriminative rates,
        Howard and Ruder 2018); 1 gives all the same.
    patience : int or None
        A phase ends after so many passes without a lower validation loss; None trains to its end. Either way
        the weights of the lowest validation loss are kept.
    batch_size : int
        Pictures for each update.
    mirror : bool
        Show each training picture as it is or mirrored, at random. Validation pictures stay as they are.
    batch_norm : {"inference", "training"}
        Whether batch normalisation keeps the source's statistics. "training" replaces them by those of each
        small batch: a classic mistake, here to be shown.
    """

    head_epochs: int = 30
    head_rate: float = 3e-3
    epochs: int = 15
    rate: float = 1e-4
    decay: float = 1.0
    patience: int | None = 5
    batch_size: int = 16
    mirror: bool = True
    batch_norm: Literal["inference", "training"] = "inference"

    def __post_init__(self):
        counts = {"head_epochs": 0, "epochs": 0, "batch_size": 1}
        for name, least in counts.items():
            if getattr(self, name) < least:
                raise CannotFineTune(f"{name} is {getattr(self, name)}; give at least {least}.")
        for name in ("head_rate", "rate", "decay"):
            if not 0 < getattr(self, name) < float("inf"):
                raise CannotFineTune(
                    f"{name} is {getattr(self, name)}; give a number above 0, such as 0.001."
                )
        if self.batch_norm not in ("inference", "training"):
            raise CannotFineTune(f"batch_norm is {self.batch_norm!r}; give 'inference' or 'training'.")


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
        return _call(self.tail, _maps(self.backbone, self.lower, images))

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
    trainer = _trainer(backbone, depth, len(train.class_names), schedule.batch_norm, schedule.decay)
    trainer.reset(seed)
    # The first axis holds the pictures as they are and, where wanted, mirrored.
    views = [train.images, train.images[:, :, ::-1]] if schedule.mirror else [train.images]
    maps = np.stack([_maps(backbone, trainer.lower, view) for view in views])
    held_out = _maps(backbone, trainer.lower, validation.images)
    features = np.stack([_call(trainer.upper, view) for view in maps])

    phases = [("head", trainer.head, schedule.head_epochs, schedule.head_rate)]
    phases += [("blocks", trainer.tail, schedule.epochs, schedule.rate)] if depth else []
    total = sum(epochs for _, _, epochs, _ in phases)
    with bar(total=total, desc=f"fine-tuning {backbone.name}", unit="pass", disable=not progress) as shown:
        record = _Record(trainer, schedule.patience, clock, shown)
        for phase, model, epochs, rate in phases:
            x, held = (features, _call(trainer.upper, held_out)) if phase == "head" else (maps, held_out)
            record.phase = phase
            model.optimizer.learning_rate.assign(rate)
            model.fit(
                _batches(x, train.labels, schedule.batch_size, seed),
                steps_per_epoch=-(-len(train) // schedule.batch_size),
                validation_data=(held, validation.labels),
                validation_batch_size=len(held),
                epochs=epochs,
                shuffle=False,
                verbose=0,
                callbacks=[record],
            )
            trainer.tail.set_weights(record.weights)
    # Wrapped anew, for Keras would clone the optimiser too.
    tail = keras.models.clone_model(keras.Model(trainer.tail.inputs[0], trainer.tail.output))
    tail.set_weights(record.weights)
    unfrozen = backbone.layers[len(backbone.layers) - depth :]
    return FineTuned(backbone, trainer.lower, tail, train.class_names, unfrozen, dict(record.history))


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


def _call(network, x: np.ndarray) -> np.ndarray:
    """Run a network batch by batch; `network.predict` would first spend longer on tracing than this takes."""
    return np.concatenate(
        [np.asarray(network(x[start : start + 64], training=False)) for start in range(0, len(x), 64)]
    )


class _Trainer:
    """The parts of a network: `lower`, frozen; a copy of its top, `upper`; `tail`, that with the new head."""

    def __init__(self, backbone: Backbone, depth: int, classes: int, batch_norm: str, decay: float):
        network, blocks = backbone.network, backbone.layers
        if depth == 0:
            features = keras.Input(network.output_shape[1:])
            self.lower, upper = network, keras.Model(features, keras.layers.Identity()(features))
        elif depth == len(blocks):
            self.lower, upper = None, network
        else:
            cut = network.get_layer(blocks[-depth - 1]).output
            self.lower, upper = keras.Model(network.inputs[0], cut), keras.Model(cut, network.output)
        self._source = upper.get_weights()
        self.upper = keras.models.clone_model(upper)
        for layer in self.upper.layers:
            # Keras runs batch normalisation that is not trainable in inference mode, also while training.
            is_norm = isinstance(layer, keras.layers.BatchNormalization)
            layer.trainable = batch_norm == "training" or not is_norm
        self._dense = keras.layers.Dense(classes, "softmax", name="head")
        # Feature vectors of one length, as for the linear probe; 10 is about the length they come with.
        head = [keras.layers.UnitNormalization(), keras.layers.Rescaling(10.0), self._dense]
        self.head = keras.Sequential([keras.Input(self.upper.output_shape[1:]), *head])
        output = self.upper.output
        for layer in head:
            output = layer(output)
        self.tail = keras.Model(self.upper.inputs[0], output)
        for model, factors in ((self.head, {}), (self.tail, _factors(self.upper, blocks, decay))):
            model.compile(
                DiscriminativeAdam(factors),
                "sparse_categorical_crossentropy",
                metrics=["accuracy"],
                jit_compile=False,
            )

    def reset(self, seed: int) -> None:
        """Go back to the source's weights, a new head and optimisers that remember nothing."""
        self.upper.set_weights(self._source)
        kernel, bias = self._dense.variables
        kernel.assign(keras.initializers.GlorotUniform(seed)(kernel.shape))
        bias.assign(keras.ops.zeros_like(bias))
        for model in (self.head, self.tail):
            for variable in model.optimizer.variables:
                variable.assign(keras.ops.zeros_like(variable))


# Tracing a training step takes longer than most fits here: those that differ in pictures or rate share one.
_trainer = lru_cache(maxsize=2)(_Trainer)


def _factors(upper, blocks: tuple[str, ...], decay: float) -> dict[str, float]:
    """Give each variable below the topmost block `decay` to the power of how many blocks it is below it."""
    factors, above = {}, sum(layer.name in blocks for layer in upper.layers)
    for layer in upper.layers:
        factors |= {variable.path: decay ** max(0, above - 1) for variable in layer.variables}
        above -= layer.name in blocks
    return factors


class DiscriminativeAdam(keras.optimizers.Adam):
    """Adam with a factor on the learning rate of each variable."""

    def __init__(self, factors: dict[str, float]):
        super().__init__()
        self._factors = factors

    def build(self, variables):
        super().build(variables)
        self._by_index = [self._factors.get(variable.path, 1.0) for variable in variables]

    def update_step(self, gradient, variable, learning_rate):
        factor = self._by_index[self._get_variable_index(variable)]
        super().update_step(gradient, variable, learning_rate * factor)


def _batches(views: np.ndarray, labels: np.ndarray, size: int, seed: int) -> Iterator:
    """Yield batches without end, in a new order in each pass, each picture in one of its views."""
    rng = np.random.default_rng(seed)
    while True:
        order = rng.permutation(len(labels))
        view = rng.integers(len(views), size=len(labels))
        for start in range(0, len(labels), size):
            chosen = order[start : start + size]
            yield views[view[chosen], chosen], labels[chosen]


class _Record(keras.callbacks.Callback):
    """Keep the history of both phases and the best weights, and end a phase that no longer improves."""

    def __init__(self, trainer: _Trainer, patience: int | None, clock: float, shown):
        super().__init__()
        self._trainer, self._patience, self._clock, self._shown = trainer, patience, clock, shown
        self.history, self.phase = defaultdict(list), ""
        self._best, self.weights = np.inf, trainer.tail.get_weights()

    def on_train_begin(self, logs=None):
        self._waited = 0

    def on_epoch_end(self, epoch, logs=None):
        seconds = time.perf_counter() - self._clock
        for name, value in {"phase": self.phase, **logs, "seconds": seconds}.items():
            self.history[name].append(value)
        self._shown.update()
        self._waited += 1
        if logs["val_loss"] < self._best:
            self._best, self.weights, self._waited = logs["val_loss"], self._trainer.tail.get_weights(), 0
        self.model.stop_training = self._patience is not None and self._waited >= self._patience

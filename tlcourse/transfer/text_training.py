"""The loop that fine-tunes a network on texts, compiled once for all fits of one shape."""

from collections.abc import Iterator, Mapping
from math import cos, pi

import numpy as np

# First, for it silences what TensorFlow has to say when it is loaded.
from tlcourse.transfer.trainer import DiscriminativeAdam  # isort: skip
import keras
import tensorflow as tf

from tlcourse.transfer.schedule import CannotFineTune
from tlcourse.transfer.scratch import copy_state


def targets_of(y) -> tuple[np.ndarray, np.ndarray]:
    classes, targets = np.unique(np.asarray(y), return_inverse=True)
    if len(classes) < 2:
        raise CannotFineTune(f"The {len(targets)} labels are of {len(classes)} class; give two at least.")
    return classes, targets.astype(np.int32)


class Trainer:
    """A compiled network for all fits of one shape: tracing a training step takes longer than most fits."""

    def __init__(self, network, factors: Mapping[str, float], signature):
        self._network = network
        self._optimiser = DiscriminativeAdam(factors)
        self._optimiser.build(network.trainable_variables)
        labels, rate = tf.TensorSpec((None,), tf.int32), tf.TensorSpec((), tf.float32)
        self._step = tf.function(self._update, input_signature=[signature, labels, rate])

    def _update(self, inputs, labels, rate):
        self._optimiser.learning_rate.assign(rate)
        variables = self._network.trainable_variables
        with tf.GradientTape() as tape:
            outputs = self._network(inputs, training=True)
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(labels, outputs))
        self._optimiser.apply(tape.gradient(loss, [variable.value for variable in variables]), variables)
        right = tf.argmax(outputs, axis=1, output_type=tf.int32) == labels
        return loss, tf.reduce_mean(tf.cast(right, tf.float32))

    def train(
        self, network, batch, targets: np.ndarray, seed: int, rate: float, size: int, updates: int
    ) -> dict[str, list[float]]:
        """Train `network`, taking all its state over, with an optimiser that remembers nothing.

        `batch` gives the inputs for an array of indices, `size` at a time; the rate falls as half a cosine.
        """
        copy_state(network, self._network)
        for variable in self._optimiser.variables:
            variable.assign(keras.ops.zeros_like(variable))
        history = {"loss": [], "accuracy": []}
        for update, part in enumerate(_batches(len(targets), seed, size, updates)):
            now = rate * (1 + cos(pi * update / updates)) / 2
            for values, value in zip(
                history.values(), self._step(batch(part), targets[part], now), strict=True
            ):
                values.append(float(value))
        copy_state(self._network, network)
        return history


def _batches(number: int, seed: int, size: int, updates: int) -> Iterator[np.ndarray]:
    """Yield the texts of each update, going through all of them in a new order each time."""
    rng, order = np.random.default_rng(seed), np.empty(0, int)
    for _ in range(updates):
        if len(order) < min(size, number):
            order = rng.permutation(number)
        yield order[:size]
        order = order[size:]

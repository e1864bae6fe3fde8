"""The parts of a network being fine-tuned, compiled once for all fits that share them."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from tlcourse.models import Backbone
from tlcourse.quiet import quiet_stderr

with quiet_stderr():
    import keras
    import tensorflow as tf  # Keras would load it piecemeal, and its notices with it


class Trainer:
    """The parts of a network: `lower`, frozen; a copy of its top, `upper`; `tail`, that with the new head."""

    def __init__(
        self, backbone: Backbone, depth: int, classes: int, batch_norm: str, decay: float, pulled: bool
    ):
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
        self.upper.set_weights(self._source)
        for layer in self.upper.layers:
            # Keras runs batch normalisation that is not trainable in inference mode, also while training.
            is_norm = isinstance(layer, keras.layers.BatchNormalization)
            layer.trainable = batch_norm == "training" or not is_norm
        self._dense = keras.layers.Dense(classes, "softmax", name="head")
        # Feature vectors of one length, as for the linear probe; 10 is about the length they come with.
        head = [keras.layers.UnitNormalization(), keras.layers.Rescaling(10.0), self._dense]
        head_alone = keras.Sequential([keras.Input(self.upper.output_shape[1:]), *head])
        output = self.upper.output
        for layer in head:
            output = layer(output)
        self.tail = keras.Model(self.upper.inputs[0], output)
        pulled_back = self.upper.trainable_variables if pulled else ()
        self.head_phase = Phase(head_alone, DiscriminativeAdam())
        self.tail_phase = Phase(
            self.tail, DiscriminativeAdam(_factors(self.upper, blocks, decay), pulled_back)
        )

    def reset(self, seed: int, l2_sp: float) -> None:
        """Go back to the source's weights, a new head and optimisers that remember nothing."""
        self.tail_phase.optimiser.l2_sp.assign(l2_sp)
        self.upper.set_weights(self._source)
        kernel, bias = self._dense.variables
        kernel.assign(keras.initializers.GlorotUniform(seed)(kernel.shape))
        bias.assign(keras.ops.zeros_like(bias))
        for phase in (self.head_phase, self.tail_phase):
            phase.forget()


# Tracing a training step takes longer than most fits here: those that differ in pictures or rate share one.
trainer_for = lru_cache(maxsize=2)(Trainer)


class Phase:
    """A network and its optimiser, with what is to be run for each batch, traced once."""

    def __init__(self, network, optimiser):
        self.network, self.optimiser = network, optimiser
        optimiser.build(network.trainable_variables)
        pictures = tf.TensorSpec((None, *network.input_shape[1:]), tf.float32)
        labels, rate = tf.TensorSpec((None,), tf.int32), tf.TensorSpec((), tf.float32)
        self._learn = tf.function(self._update, input_signature=[pictures, labels, rate], autograph=False)
        self._look = tf.function(self._outcome, input_signature=[pictures, labels], autograph=False)

    def forget(self) -> None:
        """Let the optimiser start anew."""
        for variable in self.optimiser.variables:
            variable.assign(keras.ops.zeros_like(variable))

    def train(self, batches: Iterable, rate: float) -> np.ndarray:
        """Make one update with each batch; return the mean loss and the accuracy on the way."""
        return _mean(batches, lambda pictures, labels: self._learn(pictures, labels, rate))

    def validate(self, batches: Iterable) -> np.ndarray:
        """Return the mean loss and the accuracy."""
        return _mean(batches, self._look)

    def _update(self, pictures, labels, rate):
        self.optimiser.learning_rate.assign(rate)
        variables = self.network.trainable_variables
        with tf.GradientTape() as tape:
            losses, right = self._compare(pictures, labels, training=True)
            loss = tf.reduce_mean(losses)
        self.optimiser.apply(tape.gradient(loss, [variable.value for variable in variables]), variables)
        return tf.stack([tf.reduce_sum(losses), tf.reduce_sum(right)])

    def _outcome(self, pictures, labels):
        losses, right = self._compare(pictures, labels, training=False)
        return tf.stack([tf.reduce_sum(losses), tf.reduce_sum(right)])

    def _compare(self, pictures, labels, training: bool):
        outputs = self.network(pictures, training=training)
        right = tf.argmax(outputs, axis=1, output_type=tf.int32) == labels
        return keras.losses.sparse_categorical_crossentropy(labels, outputs), tf.cast(right, tf.float32)


def _mean(batches: Iterable, run) -> np.ndarray:
    total, number = np.zeros(2), 0
    for pictures, labels in batches:
        total += run(pictures, labels).numpy()
        number += len(labels)
    return total / number


def _factors(upper, blocks: tuple[str, ...], decay: float) -> dict[str, float]:
    """Give each variable below the topmost block `decay` to the power of how many blocks it is below it."""
    factors, above = {}, sum(layer.name in blocks for layer in upper.layers)
    for layer in upper.layers:
        factors |= {variable.path: decay ** max(0, above - 1) for variable in layer.variables}
        above -= layer.name in blocks
    return factors


class DiscriminativeAdam(keras.optimizers.Adam):
    """Adam with a factor on the learning rate of each variable, and a pull of some to where they are now."""

    def __init__(self, factors: Mapping[str, float] = MappingProxyType({}), pulled: Iterable = ()):
        super().__init__()
        self._factors = factors
        self._anchors = {variable.path: tf.Variable(variable, trainable=False) for variable in pulled}
        # A variable, so that another strength needs no other training step.
        self.l2_sp = tf.Variable(0.0, trainable=False)

    def build(self, variables):
        super().build(variables)
        self._paths = [variable.path for variable in variables]

    def update_step(self, gradient, variable, learning_rate):
        path = self._paths[self._get_variable_index(variable)]
        if path in self._anchors:
            gradient += self.l2_sp * (variable - self._anchors[path])
        super().update_step(gradient, variable, learning_rate * self._factors.get(path, 1.0))

"""A pretrained network as the course passes it around."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tlcourse.assets import Card
from tlcourse.assets.errors import suggest
from tlcourse.models.cards import ModelCard
from tlcourse.models.errors import UnknownLayer


@dataclass(frozen=True)
class Backbone:
    """A pretrained network, with all that is needed to feed it pictures.

    Attributes
    ----------
    name : str
        What `tlcourse.models.load` knows it by.
    network : keras.Model
        Takes preprocessed pictures, float32 (N, H, W, 3), and gives float32 (N, D).
    preprocess : callable
        Turns pixels 0…255 into what the network takes.
    input_size : int
        Height and width the network takes.
    card : Card
        Where the weights come from, and their licence.
    class_names : tuple of str
        What each output stands for; empty without a head.
    layers : tuple of str
        Where it can be cut, from shallow to deep.
    """

    name: str
    network: "keras.Model"  # noqa: F821  Keras is not imported for an annotation
    preprocess: Callable[[np.ndarray], np.ndarray]
    input_size: int
    card: Card
    class_names: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()

    def cut(self, *layers: str) -> "Backbone":
        """Return the backbone up to a layer, ending in that layer's globally average-pooled activations.

        Given several layers, its output is theirs one after the other. Its card has the parameters,
        multiply-adds and layers of what is left.

        Raises
        ------
        UnknownLayer
            If no layer is named, one is named twice, or one is not among `layers`.
        """
        if not layers or len(set(map(str, layers))) < len(layers):
            given = ", ".join(map(repr, layers)) or "no layer"
            raise UnknownLayer(
                f"{self.name} was to be cut at {given}; name one layer, or several different ones."
            )
        import keras

        # Named, for a name that Keras makes up would change with every call, and the fingerprint with it.
        pool, join = keras.layers.GlobalAveragePooling2D, keras.layers.Concatenate
        pooled = [pool(name=f"pooled_{layer}")(self._output(layer)) for layer in layers]
        output = join(name="pooled")(pooled) if len(pooled) > 1 else pooled[0]
        network = keras.Model(self.network.inputs[0], output, name=self.network.name)
        left = self.layers[: 1 + max(map(self.layers.index, layers))]
        card = self.card
        if isinstance(card, ModelCard):
            size = {"parameters": network.count_params(), "multiply_adds": multiply_adds(network)}
            card = replace(card, **size, layers=left)
        return replace(self, network=network, card=card, class_names=(), layers=left)

    def activations(self, images: np.ndarray, layer: str) -> np.ndarray:
        """Compute a layer's feature maps, for drawing.

        Parameters
        ----------
        images : ndarray
            A few pictures of the network's input size, (N, H, W, 3), pixels 0…255.
        layer : str
            One of `layers`.

        Returns
        -------
        ndarray of float32
            Maps, (N, height, width, channels).
        """
        import keras

        maps = keras.Model(self.network.inputs[0], self._output(layer))
        return np.asarray(maps(self.preprocess(images), training=False))

    @property
    def fingerprint(self) -> str:
        """A short hexadecimal digest of architecture, preprocessing and present weights."""
        digest = hashlib.sha256(self.network.to_json().encode())
        # What preprocessing does, for its name does not tell: all lambdas share one, and a partial has none.
        size = (1, self.input_size, self.input_size, 3)
        probe = np.random.default_rng(0).integers(0, 256, size, dtype=np.uint8)
        digest.update(np.ascontiguousarray(self.preprocess(probe)))
        for weight in self.network.get_weights():
            digest.update(np.ascontiguousarray(weight))
        return digest.hexdigest()[:16]

    @property
    def multiply_adds(self) -> int:
        """Multiplications, each with its addition, that one picture takes up to here."""
        return multiply_adds(self.network)

    def _output(self, layer: str):
        if layer not in self.layers:
            raise UnknownLayer(f"{self.name} cannot be cut at {layer!r}.{suggest(str(layer), self.layers)}")
        return self.network.get_layer(layer).output

    def __repr__(self) -> str:
        size, outputs = self.input_size, "classes" if self.class_names else "features"
        return (
            f"Backbone({self.name!r}: {size}×{size} pixels -> {self.network.output_shape[-1]:,} {outputs}, "
            f"{self.network.count_params():,} parameters)"
        )


def multiply_adds(network: "keras.Model") -> int:  # noqa: F821
    """Count the multiplications of a network's convolutions and dense layers: each kernel once a position."""
    return sum(
        int(np.prod(weight.shape)) * int(np.prod(layer.output.shape[1:-1]))
        for layer in network.layers
        for weight in layer.weights
        if weight.name.endswith("kernel")
    )

"""A BERT encoder in Keras that reads a Hugging Face folder: config, safetensors and tokenizer.

keras-hub has one too, but cannot be installed beside tensorflow-cpu: it requires tensorflow-text, which
requires the package `tensorflow`, whose files are the same.
"""

import json
import struct
from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops

_TYPES = {"F32": np.float32, "F16": np.float16, "I64": np.int64}


class CorruptWeights(ValueError):
    """A file of weights is not whole, or not those of the network they are meant for."""


@keras.saving.register_keras_serializable("tlcourse")
class Embeddings(layers.Layer):
    """The sum of a token's vector and its position's, normalised."""

    def __init__(self, vocabulary: int, positions: int, width: int, epsilon: float, **options):
        super().__init__(**options)
        self._config = dict(vocabulary=vocabulary, positions=positions, width=width, epsilon=epsilon)
        self.tokens = layers.Embedding(vocabulary, width)
        self.positions = layers.Embedding(positions, width)
        self.norm = layers.LayerNormalization(epsilon=epsilon)

    def build(self, shape):
        self.tokens.build(shape)
        self.positions.build((None,))
        self.norm.build((*shape, self._config["width"]))

    def call(self, tokens):
        return self.norm(self.tokens(tokens) + self.positions(ops.arange(ops.shape(tokens)[1])))

    def get_config(self):
        return super().get_config() | self._config


@keras.saving.register_keras_serializable("tlcourse")
class MeanOverMask(layers.Layer):
    """The mean over those tokens that are not padding."""

    def call(self, states, mask):
        weights = ops.cast(mask, states.dtype)[:, :, None]
        return ops.sum(states * weights, axis=1) / ops.sum(weights, axis=1)


def load(folder: Path) -> keras.Model:
    """Build the encoder of a folder and load its weights.

    Returns
    -------
    keras.Model
        Inputs `tokens` and `mask`, int32 of shape (N, T); output float32 (N, width): the mean over the
        tokens, layer `mean`, scaled to length 1. Below it are the layers `embeddings` and, for each block
        from 1 on, `block_1_attention` … `block_1_output`. BERT's pooler is left out.

    Raises
    ------
    CorruptWeights
        If the weights are cut short, or others than the configuration promises.
    """
    config = json.loads((folder / "config.json").read_text("utf-8"))
    weights = read_safetensors(folder / "model.safetensors")
    network = build(config)
    try:
        _load_weights(network, weights, config)
    except (KeyError, ValueError) as error:
        raise CorruptWeights(
            f"{folder} holds weights other than its config.json promises ({error})."
        ) from error
    return network


def build(config: Mapping) -> keras.Model:
    """Build the network that a ``config.json`` describes, with random weights."""
    width, heads, epsilon = (config[key] for key in ("hidden_size", "num_attention_heads", "layer_norm_eps"))
    drop = config["hidden_dropout_prob"]
    tokens = keras.Input((None,), dtype="int32", name="tokens")
    mask = keras.Input((None,), dtype="int32", name="mask")
    embed = Embeddings(
        config["vocab_size"], config["max_position_embeddings"], width, epsilon, name="embeddings"
    )
    states = layers.Dropout(drop, name="embeddings_dropout")(embed(tokens))
    attend = layers.Reshape((1, -1), name="attend")(mask)
    for block in (f"block_{number}" for number in range(1, config["num_hidden_layers"] + 1)):
        attention = layers.MultiHeadAttention(heads, width // heads, name=f"{block}_attention", dropout=drop)
        change = attention(states, states, attention_mask=attend)
        change = layers.Dropout(drop, name=f"{block}_attention_dropout")(change)
        states = layers.LayerNormalization(epsilon=epsilon, name=f"{block}_attention_norm")(states + change)
        change = layers.Dense(config["intermediate_size"], "gelu", name=f"{block}_wide")(states)
        change = layers.Dense(width, name=f"{block}_narrow")(change)
        change = layers.Dropout(drop, name=f"{block}_narrow_dropout")(change)
        states = layers.LayerNormalization(epsilon=epsilon, name=f"{block}_output")(states + change)
    mean = MeanOverMask(name="mean")(states, mask)
    return keras.Model([tokens, mask], layers.UnitNormalization(name="unit")(mean))


def _load_weights(network: keras.Model, weights: Mapping[str, np.ndarray], config: Mapping) -> None:
    width, heads = config["hidden_size"], config["num_attention_heads"]

    def take(name: str) -> list[np.ndarray]:
        """Return a linear layer's kernel, input first, and its bias."""
        return [weights[f"{name}.weight"].T, weights[f"{name}.bias"]]

    # Here all texts are of the first of BERT's two kinds of segment, so its vector is part of every token's.
    words = (
        weights["embeddings.word_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
    )
    positions = weights["embeddings.position_embeddings.weight"]
    network.get_layer("embeddings").set_weights([words, positions, *take("embeddings.LayerNorm")])
    for number in range(config["num_hidden_layers"]):
        theirs, ours = f"encoder.layer.{number}", f"block_{number + 1}"
        parts = []
        for part in ("query", "key", "value"):
            kernel, bias = take(f"{theirs}.attention.self.{part}")
            parts += [kernel.reshape(width, heads, -1), bias.reshape(heads, -1)]
        kernel, bias = take(f"{theirs}.attention.output.dense")
        network.get_layer(f"{ours}_attention").set_weights([*parts, kernel.reshape(heads, -1, width), bias])
        for name, source in (
            ("attention_norm", "attention.output.LayerNorm"),
            ("wide", "intermediate.dense"),
            ("narrow", "output.dense"),
            ("output", "output.LayerNorm"),
        ):
            network.get_layer(f"{ours}_{name}").set_weights(take(f"{theirs}.{source}"))


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """Read the tensors of a safetensors file: the length of a JSON header, the header, then plain numbers.

    Examples
    --------
    >>> import tempfile
    >>> header = b'{"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}'
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "tiny.safetensors")
    ...     _ = path.write_bytes(struct.pack("<Q", len(header)) + header + struct.pack("<2f", 1, 2))
    ...     read_safetensors(path)
    {'x': memmap([1., 2.], dtype=float32)}
    """
    try:
        data = np.memmap(path, np.uint8, mode="r")
        (length,) = struct.unpack("<Q", data[:8].tobytes())
        header = json.loads(data[8 : 8 + length].tobytes())
        header.pop("__metadata__", None)
        numbers = data[8 + length :]
        return {
            name: numbers[slice(*entry["data_offsets"])].view(_TYPES[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in header.items()
        }
    except (struct.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CorruptWeights(
            f"{path} is no whole safetensors file ({error!r}); fetch it once more."
        ) from error

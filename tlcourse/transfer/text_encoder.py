"""Fine-tuning the top blocks of a sentence encoder, on what the frozen blocks below gave once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tlcourse.progress import bar
from tlcourse.transfer.probe import linear_probe

# First, for it silences what TensorFlow has to say when it is loaded.
from tlcourse.transfer.text_training import CannotFineTune, Trainer, targets_of  # isort: skip
import keras
import tensorflow as tf

if TYPE_CHECKING:
    from tlcourse.words.sentences import MiniLM

TOKENS = 64
"""Word pieces read of a text: half of what MiniLM reads, at less than half the cost."""

_BATCH, _EPOCHS, _LEAST_UPDATES, _MOST_UPDATES = 16, 3, 30, 60
_RATE = 1e-3


@dataclass(frozen=True, repr=False, eq=False)
class TunedSentences:
    """A sentence encoder with a head for a task, made by `fine_tune_sentences`.

    Attributes
    ----------
    encoder : MiniLM
        What it was made from, as it was.
    network : keras.Model
        What was trained: it takes states as `token_states` gives them, and their mask, and gives a
        probability for each class.
    blocks : int
        How many blocks are in it.
    classes : ndarray
        The labels, in the order of the probabilities.
    history : dict of str to list of float
        Loss and accuracy on the batch of each update.
    """

    encoder: Any
    network: Any
    blocks: int
    classes: np.ndarray
    history: dict[str, list[float]]

    def __repr__(self) -> str:
        return (
            f"TunedSentences: the top {self.blocks} of {self.encoder.name}'s blocks,"
            f" {len(self.classes)} classes"
        )

    def predict_proba(self, texts) -> np.ndarray:
        """Return the probability of each class, (N, classes), for texts or their states."""
        return _call(self.network, _states(texts, self.encoder, self.blocks))

    def predict(self, texts) -> np.ndarray:
        """Return the likeliest label of each text."""
        return self.classes[self.predict_proba(texts).argmax(axis=1)]


def token_states(
    texts: Sequence[str], encoder: MiniLM, blocks: int = 1, tokens: int = TOKENS, progress: bool = True
) -> np.ndarray:
    """Run texts through all blocks of an encoder but the top ones.

    Those blocks are frozen, so each text need go through them only once, whatever is tuned above.

    Parameters
    ----------
    texts : sequence of str
    encoder : words.sentences.MiniLM
    blocks : int
        How many blocks to leave for tuning, counted from the top.
    tokens : int
        How many word pieces to read of each text.
    progress : bool
        Show a progress bar.

    Returns
    -------
    numpy.ndarray
        float16, shape ``(N, tokens, width)``: the states of each text's word pieces, and nought behind the
        last of them. A text of 64 pieces takes 49 KB.

    Examples
    --------
    >>> states = token_states(posts, words.sentences.load("minilm"))  # doctest: +SKIP
    """
    lower, _ = _parts(encoder, blocks)
    if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
        raise CannotFineTune(f"Got a {type(texts).__name__} of something else; give a list of texts.")
    states = np.zeros((len(texts), tokens, encoder.dimensions), np.float16)
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    with bar(total=len(texts), desc="states", unit="text", disable=not progress) as shown:
        for start in range(0, len(order), 64):
            part = order[start : start + 64]
            pieces, mask = (rows[:, :tokens] for rows in encoder.tokenise([texts[index] for index in part]))
            found = lower(tf.constant(pieces), tf.constant(mask)).numpy() * mask[:, :, None]
            states[part, : pieces.shape[1]] = found
            shown.update(len(part))
    return states


def fine_tune_sentences(
    texts, y, seed: int = 0, encoder: MiniLM | None = None, blocks: int = 1
) -> TunedSentences:
    """Train the top blocks of a sentence encoder, with a softmax layer that starts as the linear probe.

    Parameters
    ----------
    texts : sequence of str, or array of states
        The texts; or their states, by `token_states` with the same encoder and blocks, which saves running
        the same texts through the lower blocks for each of many fits.
    y : array of shape (N,)
        The label of each text.
    seed : int
        Of order and dropout.
    encoder : words.sentences.MiniLM, optional
        MiniLM when left out. It is left as it is; what is trained is a copy of its top.
    blocks : int
        How many blocks to train, counted from the top; all blocks below are frozen.

    Returns
    -------
    TunedSentences

    Raises
    ------
    CannotFineTune
        If all labels are of one class, or the encoder has not so many blocks.

    Notes
    -----
    The rules were chosen once, on 400 posts of 20 Newsgroups' training part held back: three times through
    the texts, 16 at a time, 30 to 60 updates of Adam while its rate of 0.001 falls as half a cosine. With 10
    texts a class that gained 0.02 over the linear probe it starts from; rates of 0.0002 and 0.00005 gained
    0.01 and nothing. On two cores the states of 64 texts take about a second and an update of one block a
    tenth, so that 20 classes, 10 texts of each, 400 to test on and three repeats fit into a minute.

    Examples
    --------
    >>> tuned = fine_tune_sentences(posts, groups)  # doctest: +SKIP
    >>> tuned.predict(["the shuttle is in orbit"])  # doctest: +SKIP
    array(['sci.space'], dtype='<U24')
    """
    classes, targets = targets_of(y)
    encoder = encoder or _minilm()
    states = _states(texts, encoder, blocks)
    if len(states) != len(targets):
        raise CannotFineTune(f"There are {len(states)} texts and {len(targets)} labels; give one for each.")
    _, top = _parts(encoder, blocks)
    trainer = _trainer(encoder, blocks, len(classes))
    keras.utils.set_random_seed(seed)
    network = _with_head(top, len(classes))
    probe = linear_probe(_call(top, states), targets)[-1]
    # With two classes there is one set of weights, for the second against the first.
    kernel, bias = probe.coef_, probe.intercept_
    if len(classes) == 2:
        kernel, bias = np.concatenate([0 * kernel, kernel]), np.array([0, bias[0]])
    network.get_layer("head").set_weights([kernel.T, bias])
    updates = min(max(_LEAST_UPDATES, _EPOCHS * -(-len(targets) // _BATCH)), _MOST_UPDATES)
    history = trainer.train(
        network, lambda part: _inputs(states[part]), targets, seed, rate=_RATE, size=_BATCH, updates=updates
    )
    return TunedSentences(encoder, network, blocks, classes, history)


@lru_cache(maxsize=1)
def _minilm() -> MiniLM:
    from tlcourse.words import sentences

    return sentences.load("minilm")


def _states(texts, encoder, blocks: int) -> np.ndarray:
    return texts if getattr(texts, "ndim", 1) == 3 else token_states(texts, encoder, blocks)


def _inputs(states: np.ndarray) -> list:
    """Return states and mask, without the columns that are padding in all of them."""
    # Normalised states are never all nought.
    mask = (states[:, :, 0] != 0) | (states[:, :, 1] != 0)
    longest = max(1, int(mask.sum(axis=1).max(initial=1)))
    return [
        tf.constant(states[:, :longest].astype(np.float32)),
        tf.constant(mask[:, :longest].astype(np.int32)),
    ]


def _call(network, states: np.ndarray) -> np.ndarray:
    parts = [states[start : start + 64] for start in range(0, len(states), 64)]
    outputs = [np.asarray(network(_inputs(part), training=False)) for part in parts]
    return np.concatenate([np.empty((0, network.output_shape[-1]), np.float32), *outputs])


@lru_cache(maxsize=2)
def _parts(encoder, blocks: int):
    """Return the frozen part as a function, and the top as a network of its own weights."""
    network = encoder.network
    depth = sum(layer.name.endswith("_output") for layer in network.layers)
    if not 0 < blocks < depth:
        raise CannotFineTune(f"blocks is {blocks}; {encoder.name} has {depth}: give from 1 to {depth - 1}.")
    cut = network.get_layer(f"block_{depth - blocks}_output").output
    tokens, mask = network.inputs
    lower = keras.Model([tokens, mask], cut)
    ragged = tf.TensorSpec((None, None), tf.int32)
    run = tf.function(
        lambda tokens, mask: lower([tokens, mask], training=False), input_signature=[ragged, ragged]
    )
    top = keras.Model([cut, mask], network.output)
    own = keras.models.clone_model(top)
    own.set_weights(top.get_weights())
    return run, own


def _with_head(top, classes: int):
    own = keras.models.clone_model(top)
    own.set_weights(top.get_weights())
    own.trainable = True
    head = keras.layers.Dense(classes, "softmax", name="head")
    return keras.Model(own.inputs, head(own.output))


@lru_cache(maxsize=2)
def _trainer(encoder, blocks: int, classes: int) -> Trainer:
    _, top = _parts(encoder, blocks)
    states = tf.TensorSpec((None, None, encoder.dimensions), tf.float32)
    return Trainer(_with_head(top, classes), {}, [states, tf.TensorSpec((None, None), tf.int32)])

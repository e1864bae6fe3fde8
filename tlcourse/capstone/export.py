"""The model as files that need no tlcourse: one of Keras, and one of LiteRT, as phones run it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tlcourse.adviser import representations
from tlcourse.adviser.pipeline import Pipeline

if TYPE_CHECKING:
    import keras

_BATCH = 16


def as_keras(pipeline: Pipeline) -> keras.Model:
    """Write a pipeline as one Keras model, from as early on as Keras layers can.

    Parameters
    ----------
    pipeline : adviser.pipeline.Pipeline

    Returns
    -------
    keras.Model
        From ``uint8`` pixels, (N, size, size, 3), to the probabilities of the classes. Where the features are
        made by what no Keras layer does, from the features instead, ``float32`` (N, D).
    """
    from tlcourse.quiet import quiet_stderr

    with quiet_stderr():
        import keras
    if pipeline.kind == "photos":
        image = keras.Input((pipeline.size, pipeline.size, 3), dtype="uint8", name="pixels")
        if pipeline.network:
            return keras.Model(image, _through(pipeline.network, image))
        features = _features(pipeline.representation, image)
        if features is not None:
            return keras.Model(image, _head(pipeline, features))
    features = keras.Input((len(pipeline.weights),), name="features")
    return keras.Model(features, _head(pipeline, features))


def begins_at_pixels(network: keras.Model) -> bool:
    """Say whether a model that `as_keras` made takes pictures, rather than features."""
    return network.inputs[0].dtype == "uint8"


def inputs_of(pipeline: Pipeline, network: keras.Model, things):
    """Return what the Keras model takes, for photos or texts."""
    return things if begins_at_pixels(network) else pipeline.features(things)


def by_keras(file: Path, inputs) -> np.ndarray:
    """Read a Keras file back and return what it says."""
    import keras

    network = keras.saving.load_model(file, compile=False, safe_mode=True)
    # Traced, for a network that is called as it is holds the maps of all its layers at once.
    starts = range(0, len(inputs), _BATCH)
    return np.concatenate([network.predict_on_batch(inputs[start : start + _BATCH]) for start in starts])


def by_litert(file: Path, inputs) -> np.ndarray:
    """Read a LiteRT file back and return what it says, one example at a time."""
    from tlcourse.quiet import quiet_stderr

    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:  # where there is no package of it, TensorFlow brings it along
        from tensorflow.lite import Interpreter
    with quiet_stderr():
        interpreter = Interpreter(model_path=str(file))
        interpreter.allocate_tensors()
    source = interpreter.get_input_details()[0]["index"]
    sink = interpreter.get_output_details()[0]["index"]
    rows = []
    for example in inputs:
        interpreter.set_tensor(source, example[None])
        interpreter.invoke()
        rows.append(interpreter.get_tensor(sink)[0])
    return np.array(rows)


def _head(pipeline: Pipeline, features):
    """Add the linear probe: rows of length one, then its weights."""
    from keras import layers

    classes = layers.Dense(pipeline.weights.shape[1], "softmax", name="classes")
    out = classes(layers.UnitNormalization()(features))
    classes.set_weights([pipeline.weights, pipeline.bias])
    return out


def _features(made: representations.Representation, image):
    """Return a representation of pictures as Keras layers, or None where there are none for it."""
    from keras import layers

    if isinstance(made, representations.Pixels):
        return layers.Rescaling(1 / 255)(layers.Flatten()(_resized(image, 32)))
    if isinstance(made, representations.ImageNet):
        return _through(representations.backbone(), image)
    if isinstance(made, representations.Mixture):
        parts = [_features(part, image) for part in made.parts]
        if all(part is not None for part in parts):
            return layers.Concatenate()([layers.UnitNormalization()(part) for part in parts])
    return None


def _through(backbone, image):
    """Send pictures through a backbone, its preprocessing first."""
    from keras import layers

    how = backbone.preprocess
    scaled = layers.Rescaling(1 / how.divide, (-np.asarray(how.subtract) / how.divide).tolist())
    return backbone.network(scaled(_resized(image, backbone.input_size)), training=False)


def _resized(image, size: int):
    """Shrink pictures as Pillow does, as two matrix products: Keras's own way LiteRT cannot run."""
    from keras import layers
    from PIL import Image

    before = image.shape[1]
    pixels = layers.Rescaling(1.0)(image)  # to floats
    if before == size:
        return pixels
    # What becomes of each column of pixels, all the others being black.
    steps = Image.fromarray(np.eye(before, dtype=np.float32)).resize((size, before), Image.Resampling.BICUBIC)
    for equation, shape in (("nhwc,wv->nhvc", (before, size, 3)), ("nhvc,hu->nuvc", (size, size, 3))):
        product = layers.EinsumDense(equation, shape, trainable=False)
        pixels = layers.ReLU(255)(product(pixels))  # smooth resizing overshoots at edges
        product.set_weights([np.asarray(steps)])
    return pixels

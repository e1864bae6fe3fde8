"""Run a frozen network fast: converted once to LiteRT, or by Keras where LiteRT is not installed."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from tlcourse import __version__, assets
from tlcourse.assets.errors import DiskFull, LockTimeout, ReadOnlyCache
from tlcourse.datasets.decode import usable_cores
from tlcourse.models import Backbone
from tlcourse.models.quiet import quiet_stderr

# Each worker has an interpreter of one thread to itself: faster than one interpreter of several threads, for
# none waits for another between layers. Each holds some 30 MB, hence the limit.
WORKERS = min(usable_cores(), 8)

# To be raised when decoding or resizing here changes: what was kept before is then computed anew.
RECIPE = 1

# Reasons why something cannot be kept, none of which stops it from being computed.
CANNOT_KEEP = (DiskFull, LockTimeout, ReadOnlyCache)


def recipe() -> str:
    """Name all that, besides the network and the pictures, decides what the features come out as."""
    engine = (
        f"keras {_version('keras')}" if _interpreter() is None else f"litert {_version('ai-edge-litert')}"
    )
    return f"recipe {RECIPE}, tlcourse {__version__}, pillow {_version('pillow')}, {engine}"


def runner(backbone: Backbone) -> Callable[[np.ndarray], np.ndarray]:
    """Make the function that runs a backbone's network on preprocessed pictures.

    Up to `WORKERS` threads may call it at once. The converted network is kept among the derived files, under
    the backbone's fingerprint: a fine-tuned backbone is another one.

    Parameters
    ----------
    backbone : Backbone
        The network is run as it is now, in inference mode.

    Returns
    -------
    callable
        float32 (n, H, W, 3) to float32 (n, D).
    """
    Interpreter = _interpreter()
    if Interpreter is None:
        return _keras_runner(backbone.network)

    try:
        model = {"model_path": str(converted(backbone))}
    except CANNOT_KEEP:  # the features cannot be kept either, and `extract_features` says so
        model = {"model_content": _convert(backbone.network)}
    idle = SimpleQueue()
    with quiet_stderr():
        for _ in range(WORKERS):
            interpreter = Interpreter(**model, num_threads=1)
            interpreter.allocate_tensors()
            idle.put(interpreter)
    source = interpreter.get_input_details()[0]["index"]
    sink = interpreter.get_output_details()[0]["index"]

    def run(batch):
        interpreter = idle.get()
        try:
            rows = []
            for image in batch:
                interpreter.set_tensor(source, image[None])
                interpreter.invoke()
                rows.append(interpreter.get_tensor(sink))
            return np.concatenate(rows)
        finally:
            idle.put(interpreter)

    return run


def converted(backbone: Backbone) -> Path:
    """Convert a backbone's network to LiteRT, unless that was done before, and return the file."""
    text = f"{backbone.fingerprint}, {recipe()}, tensorflow {_version('tensorflow', 'tensorflow-cpu')}"
    key = hashlib.sha256(text.encode()).hexdigest()[:32]
    return assets.derived("litert", key, ".tflite", lambda path: path.write_bytes(_convert(backbone.network)))


def _interpreter():
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        return None
    return Interpreter


def _version(*names: str) -> str:
    for name in names:
        with suppress(metadata.PackageNotFoundError):
            return metadata.version(name)
    return "unknown"


def _keras_runner(network) -> Callable[[np.ndarray], np.ndarray]:
    import tensorflow as tf

    compiled = tf.function(lambda batch: network(batch, training=False), reduce_retracing=True)
    return lambda batch: compiled(tf.constant(batch)).numpy()


def _convert(network) -> bytes:
    import tensorflow as tf

    # The converter keeps the weights that this holds; it would not find those of a Keras 3 model by itself.
    holder = tf.Module()
    holder.weights = [variable.value for variable in network.variables]
    # One picture at a time: LiteRT plans its memory once, for a shape that is known.
    spec = tf.TensorSpec((1, *network.input_shape[1:]), tf.float32)
    function = tf.function(lambda image: network(image, training=False)).get_concrete_function(spec)
    # In a notebook TensorFlow would say, twice, in which temporary folder the converter keeps its draft.
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel("WARNING")
    try:
        with quiet_stderr():
            return tf.lite.TFLiteConverter.from_concrete_functions([function], holder).convert()
    finally:
        logger.setLevel(level)

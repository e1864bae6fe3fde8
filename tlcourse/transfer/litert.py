"""Run a frozen network fast: converted once to LiteRT, or by Keras where that would not pay."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from tlcourse import __version__, assets
from tlcourse.assets.errors import DiskFull, LockTimeout, ReadOnlyCache
from tlcourse.datasets.decode import usable_cores
from tlcourse.memory import give_back
from tlcourse.models import Backbone
from tlcourse.quiet import quiet_stderr

# Each worker has an interpreter of one thread to itself: faster than one interpreter of several threads, for
# none waits for another between layers. Each holds some 30 MB, hence the limit.
WORKERS = min(usable_cores(), 8)

# To be raised when decoding or resizing here changes: what was kept before is then computed anew.
RECIPE = 2

# Networks for smaller pictures are left to Keras: converting one takes seconds and a tenth of a gigabyte that
# is not given back, and it would have to run on many hundreds of them to save that much time.
LEAST_SIZE = 160

# Reasons why something cannot be kept, none of which stops it from being computed.
CANNOT_KEEP = (DiskFull, LockTimeout, ReadOnlyCache)


def recipe(backbone: Backbone) -> str:
    """Name all that, besides the network and the pictures, decides what the features come out as."""
    by_keras = _interpreter(backbone) is None
    engine = f"keras {_version('keras')}" if by_keras else f"litert {_version('ai-edge-litert')}"
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
    Interpreter = _interpreter(backbone)
    if Interpreter is None:
        compiled = traced(backbone.network)
        return lambda batch: compiled(batch).numpy()

    try:
        model = {"model_path": str(converted(backbone))}
    except CANNOT_KEEP:  # the features cannot be kept either, and `extract_features` says so
        model = {"model_content": convert(backbone.network)}
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
    text = (
        f"{backbone.fingerprint}, {recipe(backbone)}, tensorflow {_version('tensorflow', 'tensorflow-cpu')}"
    )
    key = hashlib.sha256(text.encode()).hexdigest()[:32]
    return assets.derived("litert", key, ".tflite", lambda path: path.write_bytes(convert(backbone.network)))


@lru_cache(maxsize=4)
def traced(network):
    """Trace a network, in inference mode, for any number of pictures; it shares the present weights."""
    import tensorflow as tf

    spec = tf.TensorSpec((None, *network.input_shape[1:]), tf.float32)
    return tf.function(lambda batch: network(batch, training=False), input_signature=[spec], autograph=False)


def _interpreter(backbone: Backbone):
    if backbone.input_size < LEAST_SIZE:
        return None
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


def convert(network) -> bytes:
    """Convert a network, in inference mode and for one example at a time, to the content of a LiteRT file."""
    import tensorflow as tf

    # The converter keeps the weights that this holds; it would not find those of a Keras 3 model by itself.
    holder = tf.Module()
    holder.weights = [variable.value for variable in network.variables]
    # One picture at a time: LiteRT plans its memory once, for a shape that is known.
    spec = tf.TensorSpec((1, *network.input_shape[1:]), network.inputs[0].dtype)
    function = tf.function(lambda image: network(image, training=False), autograph=False)
    concrete = function.get_concrete_function(spec)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], holder)
    # Else it writes a SavedModel and reads that again, which gives the same and takes twice as long.
    converter.experimental_lower_to_saved_model = False
    # TensorFlow would warn of tables of words that other networks of this process may have, and this one not.
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel("ERROR")
    try:
        with quiet_stderr():
            return converter.convert()
    finally:
        logger.setLevel(level)
        give_back()

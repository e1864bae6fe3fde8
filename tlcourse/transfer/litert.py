"""Run a frozen network fast: converted once to LiteRT, or by Keras where LiteRT is not installed."""

import os
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from tlcourse import assets
from tlcourse.models import Backbone
from tlcourse.models.quiet import quiet_stderr

# Each worker has an interpreter of one thread to itself: faster than one interpreter of several threads, for
# none waits for another between layers. Each holds some 30 MB, hence the limit.
WORKERS = min(os.cpu_count() or 1, 8)


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
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        return _keras_runner(backbone.network)

    model = assets.derived(
        "litert", backbone.fingerprint, ".tflite", lambda path: _convert(backbone.network, path)
    )
    idle = SimpleQueue()
    with quiet_stderr():
        for _ in range(WORKERS):
            interpreter = Interpreter(model_path=str(model), num_threads=1)
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


def _keras_runner(network) -> Callable[[np.ndarray], np.ndarray]:
    import tensorflow as tf

    compiled = tf.function(lambda batch: network(batch, training=False), reduce_retracing=True)
    return lambda batch: compiled(tf.constant(batch)).numpy()


def _convert(network, path: Path) -> None:
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
            path.write_bytes(tf.lite.TFLiteConverter.from_concrete_functions([function], holder).convert())
    finally:
        logger.setLevel(level)

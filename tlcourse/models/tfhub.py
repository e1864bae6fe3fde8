"""TensorFlow Hub under Keras 3: a module as a layer, a network as a module.

The library's own ``hub.KerasLayer`` is a layer of Keras 2, which no model of Keras 3 takes. What Hub
publishes are SavedModels all the same, and `HubLayer` is a layer of Keras 3 around any of them.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterable
from pathlib import Path

import keras

from tlcourse import assets
from tlcourse.assets.errors import Offline, suggest
from tlcourse.models.backbone import Backbone
from tlcourse.models.hub_layer import (
    HubError,
    HubLayer,
    NotASavedModel,
    Signature,
    Spec,
    is_saved_model,
    read,
)

# What Keras and TensorFlow call the signature meant for everyone, and what Hub's first format called it.
_USUAL_SIGNATURES = ("serving_default", "serve", "default")
_USUAL_OUTPUTS = ("default",)


class UnreachableModule(HubError):
    """A handle cannot be followed from here."""


class UnknownSignature(HubError):
    """A module was asked for a signature, or an output, that it does not have."""


def load_hub(
    handle: str | Path, signature: str | None = None, trainable: bool = False, output: str | None = None
) -> HubLayer:
    """Load a SavedModel, such as a module of TensorFlow Hub, as a layer of Keras 3.

    Parameters
    ----------
    handle : str or path
        The folder of a SavedModel; or a handle, such as ``"https://tfhub.dev/google/nnlm-en-dim128/2"``,
        which the package tensorflow-hub downloads. A SavedModel is a program: load only what you trust.
    signature : str, optional
        Which of the module's functions to call; without it, the usual one.
    trainable : bool
        Let training change the module's weights. What the function does stays the same: BatchNorm in a
        signature for serving keeps its averages.
    output : str, optional
        Which output to give, where the signature has several.

    Returns
    -------
    HubLayer
        For Sequential and functional models.

    Raises
    ------
    NotASavedModel
        If the path leads to something else.
    UnreachableModule
        If a handle cannot be followed, for want of the package tensorflow-hub or of the module's host.
    tlcourse.assets.errors.Offline
        If a handle is given and ``TLCOURSE_OFFLINE`` forbids the network.
    UnknownSignature
        If the module has no such signature or output.
    HubError
        If it is to be trained and has nothing to train.

    Examples
    --------
    >>> load_hub("folder").signature  # doctest: +SKIP
    serving_default(images: float32 (None, 224, 224, 3)) -> output_0: float32 (None, 1280)
    """
    handle = str(handle)
    module = read(_download(handle) if "://" in handle else Path(handle))
    chosen = _choose(signature, module.signatures, _USUAL_SIGNATURES, f"The module {handle}", "signature")
    function = module.signatures[chosen]
    inputs = {
        name: Spec.of(tensor) for name, tensor in sorted(function.structured_input_signature[1].items())
    }
    outputs = {name: Spec.of(tensor) for name, tensor in sorted(function.structured_outputs.items())}
    output = _choose(output, outputs, _USUAL_OUTPUTS, f"The signature {chosen!r} of {handle}", "output")
    if trainable and not function.trainable_variables:
        raise HubError(f"The module {handle} has nothing to train; load it with trainable=False.")
    # Keras allows no slash in a name, and its optimisers make scopes of names, which allow no colon.
    variables = [
        (re.sub(r"[^\w.]", "_", variable.name.removesuffix(":0")), Spec.of(variable), variable.trainable)
        for variable in function.variables
    ]
    layer = HubLayer(Signature(chosen, inputs, outputs), variables, output, trainable)
    layer.attach(module)
    return layer


def export_hub(backbone: Backbone | keras.Model, folder: str | Path) -> Path:
    """Write a network as a SavedModel, the form in which TensorFlow Hub publishes modules.

    Parameters
    ----------
    backbone : Backbone or keras.Model
        Its network is exported as it computes after training, its weights trainable. A backbone's
        preprocessing stays behind: feed the module what ``backbone.preprocess`` gives.
    folder : str or path
        Where to; a SavedModel already there is replaced.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    NotASavedModel
        If the folder is a file, or holds something else.
    """
    folder = Path(folder)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir()) and not is_saved_model(folder)):
        raise NotASavedModel(f"{folder} is there and no SavedModel; give a new folder, or an empty one.")
    network = backbone.network if isinstance(backbone, Backbone) else backbone
    logger = logging.getLogger("tensorflow")
    level = logger.level
    logger.setLevel(logging.WARNING)  # or it would log the folder's name, whatever `verbose` says
    try:
        network.export(folder, verbose=False)
    finally:
        logger.setLevel(level)
    return folder


def _download(handle: str) -> Path:
    if assets.network().offline:
        raise Offline(
            f"{handle} needs the network, which TLCOURSE_OFFLINE forbids; give a module's folder instead."
        )
    try:
        with warnings.catch_warnings():
            # About pkg_resources, and for its authors only.
            warnings.simplefilter("ignore")
            import tensorflow_hub
    except ImportError as error:
        raise UnreachableModule(
            f"{handle} needs the package tensorflow-hub; install tlcourse[hub], or give a module's folder."
        ) from error
    try:
        return Path(tensorflow_hub.resolve(handle))
    except Exception as error:  # the library raises whatever went wrong, of any class
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise UnreachableModule(
            f"{handle} cannot be fetched ({reason}); check the handle and the network, or give the folder of "
            "a module downloaded elsewhere."
        ) from error


def _choose(asked: str | None, names: Iterable[str], usual: tuple[str, ...], owner: str, what: str) -> str:
    names = sorted(names)
    if asked is not None:
        if asked not in names:
            raise UnknownSignature(f"{owner} has no {what} {asked!r}.{suggest(str(asked), names)}")
        return asked
    for name in (*usual, *names[:1] * (len(names) == 1)):
        if name in names:
            return name
    listed = (
        f"several {what}s ({', '.join(names)}); choose one with {what}=…" if names else f"no {what} to call"
    )
    raise UnknownSignature(f"{owner} has {listed}.")

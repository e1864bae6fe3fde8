"""Networks of one's own: wrapped with a card, saved to a folder and read back."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from itertools import dropwhile
from pathlib import Path
from tempfile import TemporaryDirectory

from tlcourse.assets.carriers import sha256_of
from tlcourse.assets.errors import suggest
from tlcourse.models.backbone import Backbone, UnknownLayer, multiply_adds
from tlcourse.models.cards import ModelCard
from tlcourse.models.errors import UnreadableModel, UnusableNetwork
from tlcourse.models.preprocessing import Preprocessing

_FACTS, _NETWORK, _FORMAT = "backbone.json", "network.keras", 1


def own(
    network: "keras.Model",  # noqa: F821  Keras is not imported for an annotation
    name: str,
    preprocess: Preprocessing = Preprocessing(),  # noqa: B008  frozen
    layers: Sequence[str] | None = None,
    class_names: Sequence[str] = (),
    **about,
) -> Backbone:
    """Make a backbone of a network that you have trained yourself.

    Parameters
    ----------
    network : keras.Model
        Built for square pictures of a fixed size, (N, size, size, 3), with an output of (N, D). The backbone
        gets a frozen copy, so that training on does not change it.
    name : str
        What to call it.
    preprocess : Preprocessing
        What was done to pixels 0…255 before the network saw them in training; by default nothing, as for a
        network that begins with a layer which scales them.
    layers : sequence of str, optional
        Where it may be cut, from shallow to deep: by default every layer that gives maps.
    class_names : sequence of str
        What each output stands for, if the network ends in a classifier; ``.cut(layer)`` leaves that off.
    **about
        For the card: `title`, `licence`, `citation`, `homepage`, `version`, `notes`, `year`, `source_data`.

    Returns
    -------
    Backbone

    Raises
    ------
    UnusableNetwork
        If the network takes or gives something else, or the names are not as many as its outputs.
    UnknownLayer
        If it has no layer of a name in `layers`.

    Examples
    --------
    >>> clothes = own(network, "clothes", Preprocessing(divide=255),
    ...               source_data="Fashion-MNIST")  # doctest: +SKIP
    >>> save(clothes.cut("conv3"), "clothes")  # doctest: +SKIP
    >>> X = transfer.extract_features(load("clothes"), digits.images)  # doctest: +SKIP
    """
    try:
        [[_, size, width, channels]], [_, outputs] = [x.shape for x in network.inputs], network.output_shape
    except (AttributeError, TypeError, ValueError):
        size, width, channels, outputs = None, None, None, None
    if not size or size != width or channels != 3 or not outputs:
        raise UnusableNetwork(
            f"{name} must be a Keras model built for square pictures of a fixed size, (N, size, size, 3), "
            "with one output, (N, D): end it in a pooling or a dense layer."
        )
    if class_names and len(class_names) != outputs:
        raise UnusableNetwork(
            f"{name} has {outputs:,} outputs, but {len(class_names):,} class names were given."
        )
    # Before the first layer with weights there is nothing learned to cut at.
    learned = dropwhile(lambda layer: not layer.weights, network.layers)
    maps = [layer.name for layer in learned if len(getattr(layer.output, "shape", ())) == 4]
    for layer in layers or ():
        if layer not in maps:
            raise UnknownLayer(f"{name} has no layer {layer!r} that gives maps.{suggest(str(layer), maps)}")
    import keras

    # Whatever it was compiled with belongs to its training, not to the backbone.
    bare = keras.Model(network.inputs[0], network.outputs[0], name=network.name)
    try:
        copy = keras.models.clone_model(bare)
    except (TypeError, ValueError) as error:
        raise UnusableNetwork(
            f"{name} has a layer that is code of one's own, which no file can hold: {error}"
        ) from error
    copy.set_weights(network.get_weights())
    copy.trainable = False
    layers = tuple(maps if layers is None else layers)
    facts = {
        "title": "a network of one's own",
        "kind": "network",
        "weights": "one's own training",
        "parameters": copy.count_params(),
        "multiply_adds": multiply_adds(copy),
        "input_size": size,
        "preprocessing": str(preprocess),
        "layers": layers,
    }
    card = ModelCard(name, **{**facts, **about})
    return Backbone(name, copy, preprocess, size, card, tuple(class_names), layers)


def save(backbone: Backbone, folder: str | os.PathLike) -> Path:
    """Save a backbone, so that `load` can read it back from its folder, here or on another machine.

    The folder holds the network in Keras's own format and everything else as JSON; nothing in it is code, and
    it appears only when it is complete and was read back.

    Parameters
    ----------
    backbone : Backbone
        From `own`, from `load`, or cut from one.
    folder : path-like
        A new or an empty one, or one that `save` wrote before, which is replaced.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    UnusableNetwork
        If its preprocessing or a layer of its network is code of one's own, which no file can hold.
    FileExistsError
        If the folder holds something else.
    """
    path = Path(folder).expanduser().absolute()
    if not isinstance(backbone.preprocess, Preprocessing):
        raise UnusableNetwork(
            f"{backbone.name} preprocesses by {backbone.preprocess!r}, which no file can hold; give it a "
            "models.Preprocessing instead."
        )
    if path.exists() and not is_saved(path) and (not path.is_dir() or any(path.iterdir())):
        raise FileExistsError(f"{path} holds something else than a saved network; choose another folder.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".saving-", dir=path.parent) as scratch:
        fresh = Path(scratch, "fresh")
        fresh.mkdir()
        backbone.network.save(fresh / _NETWORK)
        facts = {
            "format": _FORMAT,
            "name": backbone.name,
            "input_size": backbone.input_size,
            "layers": backbone.layers,
            "preprocessing": asdict(backbone.preprocess),
            "class_names": backbone.class_names,
            "card": asdict(backbone.card),
            "sha256": sha256_of(fresh / _NETWORK),
        }
        (fresh / _FACTS).write_text(json.dumps(facts, indent=2, ensure_ascii=False), "utf-8")
        try:
            read(fresh)
        except UnreadableModel as error:
            raise UnusableNetwork(
                f"{backbone.name} could not be read back once saved, so it was not: {error.__cause__}"
            ) from error
        if path.exists():
            os.rename(path, Path(scratch, "old"))
        os.rename(fresh, path)
    return path


def is_saved(folder: Path) -> bool:
    """Say whether a folder looks like one that `save` wrote."""
    return (folder / _FACTS).is_file()


def read(folder: Path) -> Backbone:
    """Read a backbone back from the folder that `save` wrote."""
    try:
        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        if facts["format"] != _FORMAT:
            raise ValueError(f"it is of format {facts['format']!r}, where {_FORMAT} can be read")
        if sha256_of(folder / _NETWORK) != facts["sha256"]:
            raise ValueError(f"{_NETWORK} is damaged, or another network's")
        facts["card"]["layers"] = tuple(facts["card"].get("layers", ()))
        backbone = Backbone(
            name=facts["name"],
            network=_read_network(folder / _NETWORK),
            preprocess=Preprocessing(**facts["preprocessing"]),
            input_size=facts["input_size"],
            card=ModelCard(**facts["card"]),
            class_names=tuple(facts["class_names"]),
            layers=tuple(facts["layers"]),
        )
    except OSError as error:
        raise UnreadableModel(
            f"{folder} is no network that models.save wrote ({error.strerror or error}: {error.filename})."
        ) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableModel(f"{folder} is no network that models.save wrote ({error}).") from error
    return backbone


def _read_network(file: Path):
    from tlcourse.quiet import quiet_stderr

    with quiet_stderr():
        import keras
    return keras.saving.load_model(file, compile=False, safe_mode=True)

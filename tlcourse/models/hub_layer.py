"""A SavedModel as a layer of Keras 3."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import keras
import tensorflow as tf
from keras.src.saving.serialization_lib import in_safe_mode

from tlcourse.models.errors import ModelError


class HubError(ModelError):
    """A module cannot be had, or cannot do what is asked of it."""


class NotASavedModel(HubError):
    """A path does not lead to a SavedModel that can be loaded."""


class UnfitInput(HubError):
    """A layer was given what its signature does not take."""


class Spec(NamedTuple):
    """What is known beforehand of a tensor; None stands for any size, or for a shape not known at all."""

    dtype: str
    shape: tuple[int | None, ...] | None

    @classmethod
    def of(cls, tensor) -> Spec:
        """Describe a tensor or anything else with a dtype and a shape."""
        shape = tf.TensorShape(tensor.shape)
        known = None if shape.rank is None else tuple(shape.as_list())
        return cls(keras.backend.standardize_dtype(tensor.dtype), known)

    @classmethod
    def restored(cls, dtype, shape) -> Spec:
        """Make a description of its parts, as Keras keeps them in a file: with lists for tuples."""
        return cls(dtype, None if shape is None else tuple(shape))

    def takes(self, other: Spec) -> bool:
        """Say whether a tensor so described fits: any width of float does, for it can be cast."""
        floats = "float" in self.dtype and "float" in other.dtype
        shapes = tf.TensorShape(self.shape).is_compatible_with(other.shape)
        return shapes and (floats or self.dtype == other.dtype)

    def __str__(self) -> str:
        return f"{self.dtype} {'of unknown shape' if self.shape is None else self.shape}"


@dataclass(frozen=True)
class Signature:
    """What a module takes and gives.

    Attributes
    ----------
    name : str
    inputs, outputs : dict of str to Spec
    """

    name: str
    inputs: dict[str, Spec]
    outputs: dict[str, Spec]

    def __repr__(self) -> str:
        return f"{self.name}({_listed(self.inputs)}) -> {_listed(self.outputs)}"


def _listed(specs: Mapping[str, Spec]) -> str:
    return ", ".join(f"{name}: {spec}" for name, spec in specs.items())


@keras.saving.register_keras_serializable("tlcourse")
class HubLayer(keras.layers.Layer):
    """A SavedModel as a layer of Keras 3; `load_hub` makes one.

    It keeps the whole module: a ``.keras`` file of a model with this layer needs neither the module's folder
    nor the network to be read again, but ``safe_mode=False``, for a SavedModel is a program.

    Attributes
    ----------
    signature : Signature
        What the layer computes.
    output_name : str
        Which of the signature's outputs it gives.
    """

    def __init__(self, signature: Signature, variables: Iterable, output: str, trainable=False, name=None):
        # Casting is left to `call`: the dtype that counts is the signature's.
        super().__init__(trainable=trainable, name=name, dtype="float32", autocast=False)
        self.signature, self.output_name = signature, output
        self._module = self._function = None
        # An optimiser is restored before the module is: these keep its variables' places until `attach`.
        self._described = tuple((label, Spec.restored(*parts), learns) for label, parts, learns in variables)
        self._places = [
            keras.Variable(tf.zeros(spec.shape, spec.dtype), dtype=spec.dtype, trainable=learns, name=label)
            for label, spec, learns in self._described
        ]
        # Keras freezes variables when `trainable` changes, and these came after it was set.
        for place in self._places:
            place.trainable = place.trainable and trainable
        self.built = True

    def attach(self, module) -> None:
        """Give the layer its module, whose variables become the layer's own."""
        self._module, self._function = module, module.signatures[self.signature.name]
        for place, variable in zip(self._places, self._function.variables, strict=True):
            # Keras's optimisers know a variable by this number.
            variable._unique_id, place._value = place.value._unique_id, variable

    def __call__(self, inputs, *args, **kwargs):
        """Refuse what does not fit, before Keras can wrap the sentence into paragraphs of its own."""
        expected = self.signature.inputs
        inputs = keras.tree.map_structure(_tensor, inputs) if isinstance(inputs, Mapping) else _tensor(inputs)
        given = {name: Spec.of(tensor) for name, tensor in self._by_name(inputs).items()}
        if given.keys() != expected.keys() or not all(expected[name].takes(given[name]) for name in given):
            what = _listed(given) if isinstance(inputs, Mapping) else Spec.of(inputs)
            form = "a dictionary of " if len(expected) > 1 else ""
            raise UnfitInput(
                f"The signature {self.signature.name!r} was given {what}; give {form}{_listed(expected)}."
            )
        return super().__call__(inputs, *args, **kwargs)

    def _by_name(self, inputs) -> Mapping:
        return inputs if isinstance(inputs, Mapping) else {next(iter(self.signature.inputs)): inputs}

    def call(self, inputs):
        """Run the module's function."""
        if self._function is None:
            raise HubError(f"{self.name} is a copy without its module; make it anew with models.load_hub.")
        expected = self.signature.inputs
        tensors = {
            name: keras.ops.cast(x, expected[name].dtype) if "float" in expected[name].dtype else x
            for name, x in self._by_name(inputs).items()
        }
        return self._function(**tensors)[self.output_name]

    def compute_output_shape(self, input_shape):
        """Return the shape that the signature promises, with the batch of the input."""
        shape = self.signature.outputs[self.output_name].shape
        if shape is None:
            raise HubError(
                f"{self.signature} promises no shape; call the layer on tensors, outside of models."
            )
        first = next(iter(input_shape.values())) if isinstance(input_shape, Mapping) else input_shape
        return (first[0], *shape[1:]) if shape and shape[0] is None and first else shape

    def compute_output_spec(self, inputs, training=None):
        """Describe the output to Keras, which builds models without running them."""
        first = next(iter(self._by_name(inputs).values()))
        dtype = self.signature.outputs[self.output_name].dtype
        return keras.KerasTensor(self.compute_output_shape(first.shape), dtype=dtype)

    def get_config(self):
        """Describe the layer, its module apart."""
        signature = self.signature
        return {
            "name": self.name,
            "trainable": self.trainable,
            "signature": {"name": signature.name, "inputs": signature.inputs, "outputs": signature.outputs},
            "variables": self._described,
            "output": self.output_name,
        }

    @classmethod
    def from_config(cls, config):
        """Make a layer that waits for its module."""
        if in_safe_mode():
            raise HubError(
                "This model holds a SavedModel, which is a program; if you trust whoever made it, load it "
                "with safe_mode=False."
            )
        signature = config["signature"]
        inputs, outputs = (
            {name: Spec.restored(*parts) for name, parts in signature[side].items()}
            for side in ("inputs", "outputs")
        )
        return cls(**config | {"signature": Signature(signature["name"], inputs, outputs)})

    def save_assets(self, folder):
        """Write the module, its weights as they now are, into a model's file."""
        tf.saved_model.save(self._module, folder, signatures=dict(self._module.signatures))

    def load_assets(self, folder):
        """Read the module from a model's file."""
        # Keras deletes its folder, and saving a module again needs the files (vocabularies) it was made of.
        home = tempfile.mkdtemp(prefix="tlcourse-hub-")
        weakref.finalize(self, shutil.rmtree, home, ignore_errors=True)
        self.attach(read(shutil.copytree(folder, home, dirs_exist_ok=True)))


def _tensor(x):
    return x if isinstance(x, keras.KerasTensor) else tf.convert_to_tensor(x)


def is_saved_model(folder: Path) -> bool:
    """Say whether a folder looks like a SavedModel."""
    return any((folder / f"saved_model.{form}").is_file() for form in ("pb", "pbtxt"))


def read(folder: Path):
    """Load a SavedModel from a folder."""
    if not is_saved_model(Path(folder)):
        what = "has no file saved_model.pb" if Path(folder).is_dir() else "is no folder"
        raise NotASavedModel(
            f"{folder} {what}; give the folder of a SavedModel, or a handle with its https://."
        )
    try:
        return tf.saved_model.load(str(folder))
    except (OSError, ValueError, tf.errors.OpError) as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise NotASavedModel(
            f"TensorFlow cannot load the SavedModel in {folder} ({reason}); export or download it again."
        ) from error

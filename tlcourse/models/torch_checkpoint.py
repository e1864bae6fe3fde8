"""Read an old PyTorch checkpoint as numpy arrays, without PyTorch and without trusting the file.

A checkpoint of the *legacy* kind (before PyTorch 1.6) is five pickles — a magic number, the protocol, the
writer's system, the state dict, the list of storage keys — and then, for each key, a count and that many raw
values. A pickle is a program: reading one with `pickle.load` runs whatever its author wrote. Here every
instruction is looked at before the first one runs, and what is not needed to describe tensors is refused.
"""

import io
import math
import pickle
import pickletools
from collections import OrderedDict
from pathlib import Path

import numpy as np

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001

_DTYPES = {
    "FloatStorage": "<f4",
    "DoubleStorage": "<f8",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}
_GLOBALS = {
    "collections OrderedDict",
    "torch._utils _rebuild_tensor_v2",
    *(f"torch {name}" for name in _DTYPES),
}

# What a state dict is written with. Not among them, on purpose: INST, OBJ and NEWOBJ (they create objects of
# any class), STACK_GLOBAL (its name is not in the instruction, so it cannot be judged beforehand), EXT (names
# kept elsewhere), and those that announce a length of up to 2^63 bytes.
_OPCODES = {
    "PROTO", "STOP", "GLOBAL", "REDUCE", "BUILD", "BINPERSID", "MARK",
    "NONE", "NEWTRUE", "NEWFALSE", "BININT", "BININT1", "BININT2", "LONG1", "BINFLOAT", "BINUNICODE",
    "EMPTY_DICT", "SETITEM", "SETITEMS", "EMPTY_LIST", "APPEND", "APPENDS",
    "EMPTY_TUPLE", "TUPLE", "TUPLE1", "TUPLE2", "TUPLE3",
    "BINPUT", "LONG_BINPUT", "BINGET", "LONG_BINGET",
}  # fmt: skip


class CheckpointError(ValueError):
    """A checkpoint cannot be read."""


class UnsafePickle(CheckpointError):
    """A checkpoint asks for more than tensors; nothing of it was run."""


class CorruptCheckpoint(CheckpointError):
    """A checkpoint is cut short, altered or not of the legacy format."""


def read_checkpoint(path) -> dict[str, np.ndarray]:
    """Read every tensor of a legacy PyTorch state dict.

    Parameters
    ----------
    path : str or Path
        The checkpoint's file, usually ``*.pth``.

    Returns
    -------
    dict of str to ndarray
        One contiguous array for each tensor, in the file's order, with the tensor's own type.

    Raises
    ------
    UnsafePickle
        If the file asks for anything but tensors. Nothing is executed.
    CorruptCheckpoint
        If the file is truncated, altered or of another format.
    """
    stream = io.BytesIO(Path(path).read_bytes())
    try:
        return _read(stream)
    except UnsafePickle as error:
        raise UnsafePickle(
            f"{path} {error}, where a checkpoint needs tensors only; do not load it."
        ) from None
    # Altered bytes can fail in any way inside pickle and numpy: to the caller they are all one thing.
    except Exception as error:
        reason = str(error) or type(error).__name__
        raise CorruptCheckpoint(
            f"{path} is not an intact legacy PyTorch checkpoint ({reason}); fetch it again."
        ) from error


def _read(stream: io.BytesIO) -> dict[str, np.ndarray]:
    if _unpickle(stream).load() != _MAGIC:
        raise ValueError("its magic number is another")
    if _unpickle(stream).load() != _PROTOCOL:
        raise ValueError("its protocol is not 1001")
    if _unpickle(stream).load()["little_endian"] is not True:
        raise ValueError("its values are not little-endian")
    unpickler = _unpickle(stream)
    tensors = unpickler.load()
    keys = _unpickle(stream).load()
    values = {key: _read_storage(stream, *unpickler.storages.pop(key)) for key in keys}
    if unpickler.storages or stream.read(1):
        raise ValueError("its tensors and its values do not agree")
    if not all(type(name) is str for name in tensors):
        raise ValueError("a tensor's name is not text")
    # Not `tensors.items()`: a pickle may have given its dictionary an attribute of that name.
    return {name: _build(values, *tensor) for name, tensor in OrderedDict.items(tensors)}


def _unpickle(stream: io.BytesIO) -> "_TensorUnpickler":
    """Judge the next pickle's every instruction, and only then make ready to run it."""
    start, memoised = stream.tell(), 0
    for opcode, argument, _ in pickletools.genops(stream):
        if opcode.name not in _OPCODES or (opcode.name == "GLOBAL" and argument not in _GLOBALS):
            raise UnsafePickle(f"asks for {str(argument or opcode.name)[:120]!r}")
        if opcode.name.endswith("BINPUT"):
            # The unpickler reserves room for every slot below this one: a forged index would take gigabytes.
            if argument > memoised:
                raise ValueError("a memo index is out of order")
            memoised += 1
    stream.seek(start)
    return _TensorUnpickler(stream)


class _Rebuild:
    """Stands for `torch._utils._rebuild_tensor_v2`: notes where a tensor lies, builds nothing yet."""

    def __call__(self, key, offset, shape, strides, requires_grad=False, hooks=None):
        return key, offset, shape, strides


class _TensorUnpickler(pickle.Unpickler):
    def __init__(self, stream):
        super().__init__(stream)
        self.storages = {}  # key -> (type, count): only the tensors say how wide a storage's values are

    def find_class(self, module, name):
        if f"{module} {name}" not in _GLOBALS:
            raise UnsafePickle(f"asks for {f'{module} {name}'[:120]!r}")
        if module == "collections":
            return OrderedDict
        # One for each mention: whatever a BUILD instruction does to it is gone with it.
        return _DTYPES.get(name) or _Rebuild()

    def persistent_load(self, pid):
        kind, dtype, key, _device, count, view = pid
        if kind != "storage" or dtype not in _DTYPES.values() or view is not None:
            raise ValueError("a storage is described in an unknown way")
        if self.storages.setdefault(key, (np.dtype(dtype), count)) != (np.dtype(dtype), count):
            raise ValueError("a storage is described in two ways")
        return key


def _read_storage(stream: io.BytesIO, dtype: np.dtype, count: int) -> np.ndarray:
    written = int.from_bytes(stream.read(8), "little", signed=True)
    if written != count:
        raise ValueError(f"a storage of {count} values says it has {written}")
    raw = stream.read(count * dtype.itemsize)
    if len(raw) != count * dtype.itemsize:
        raise ValueError(f"a storage of {count} values is cut short")
    return np.frombuffer(raw, dtype)


def _build(values: dict[str, np.ndarray], key, offset, shape, strides) -> np.ndarray:
    storage = values[key]
    numbers = (offset, *shape, *strides)
    if len(shape) != len(strides) or any(number < 0 for number in numbers):
        raise ValueError("a tensor's shape, strides or offset make no sense")
    last = offset + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))
    # The second bound refuses a tensor that repeats a few values (stride 0) until they fill the memory.
    if math.prod(shape) and (last >= len(storage) or math.prod(shape) > len(storage)):
        raise ValueError("a tensor reaches beyond its storage")
    byte_strides = [stride * storage.itemsize for stride in strides]
    return np.array(np.lib.stride_tricks.as_strided(storage[offset:], shape, byte_strides), order="C")

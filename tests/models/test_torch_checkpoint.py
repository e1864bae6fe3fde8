"""The reader of legacy PyTorch checkpoints: what it reads, and what it refuses."""

import io
import os
import pickle
import resource
import sys
import types
from collections import OrderedDict
from unittest import mock

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tlcourse.models.torch_checkpoint import CorruptCheckpoint, UnsafePickle, read_checkpoint

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
STORAGES = {"<f4": "FloatStorage", "<i8": "LongStorage", "<f2": "HalfStorage"}


class Tensor:
    """A tensor as PyTorch would pickle it: a window with strides on a storage."""

    def __init__(self, key, storage, shape, strides, offset=0, count=None):
        self.key, self.storage, self.window = key, storage, (offset, shape, strides)
        self.count = len(storage) if count is None else count

    def __reduce__(self):
        rebuild = sys.modules["torch._utils"]._rebuild_tensor_v2
        return rebuild, (Storage(self), *self.window, False, OrderedDict())


class Storage:
    def __init__(self, tensor):
        self.tensor = tensor


def write_checkpoint(tensors, extra=None, header=(MAGIC, PROTOCOL, {"little_endian": True})) -> bytes:
    """Write the legacy format the way PyTorch did."""
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    for name in STORAGES.values():
        setattr(torch, name, type(name, (), {"__module__": "torch", "__qualname__": name}))
    exec("def _rebuild_tensor_v2(): pass", utils.__dict__)

    class Pickler(pickle.Pickler):
        def persistent_id(self, obj):
            if not isinstance(obj, Storage):
                return None
            kind = getattr(torch, STORAGES[obj.tensor.storage.dtype.str])
            return "storage", kind, obj.tensor.key, "cpu", obj.tensor.count, None

    file = io.BytesIO()
    with mock.patch.dict(sys.modules, {"torch": torch, "torch._utils": utils}):
        for part in header:
            pickle.dump(part, file, protocol=2)
        state = OrderedDict(tensors)
        state._metadata = OrderedDict({"": {"version": 1}})
        if extra is not None:
            state["extra"] = extra
        Pickler(file, protocol=2).dump(state)
        storages = {tensor.key: tensor for tensor in tensors.values()}
        pickle.dump(list(storages), file, protocol=2)
    for tensor in storages.values():
        file.write(tensor.count.to_bytes(8, "little") + tensor.storage.tobytes())
    return file.getvalue()


VALUES = np.arange(24, dtype="<f4")
TENSORS = {
    "conv.weight": Tensor("1", VALUES, (2, 3, 4), (12, 4, 1)),
    "conv.transposed": Tensor("1", VALUES, (4, 3, 2), (1, 4, 12)),
    "conv.window": Tensor("1", VALUES, (2, 2), (5, 2), offset=3),
    "bn.count": Tensor("2", np.array([7], "<i8"), (), ()),
    "bn.half": Tensor("3", np.array([0.5, 2], "<f2"), (2,), (1,)),
}
INTACT = write_checkpoint(TENSORS)
SHAPES = {name: tensor.window[1] for name, tensor in TENSORS.items()}


@pytest.fixture
def read(tmp_path):
    """Read a checkpoint given as bytes."""

    def read(content: bytes):
        path = tmp_path / "network.pth"
        path.write_bytes(content)
        return read_checkpoint(path)

    return read


def test_an_intact_checkpoint_gives_every_tensor_with_its_type(read):
    tensors = read(INTACT)
    assert {name: array.shape for name, array in tensors.items()} == SHAPES
    np.testing.assert_array_equal(tensors["conv.weight"], VALUES.reshape(2, 3, 4))
    assert tensors["bn.count"] == 7
    assert tensors["bn.half"].dtype == np.float16


def test_strides_and_offsets_are_honoured(read):
    tensors = read(INTACT)
    np.testing.assert_array_equal(tensors["conv.transposed"], VALUES.reshape(2, 3, 4).transpose(2, 1, 0))
    np.testing.assert_array_equal(tensors["conv.window"], [[3, 5], [8, 10]])
    assert all(array.flags.c_contiguous for array in tensors.values())


class Call:
    def __init__(self, function, *arguments):
        self.reduced = function, arguments

    def __reduce__(self):
        return self.reduced


@pytest.mark.parametrize("where", ["state dict", "header"])
def test_a_pickle_that_runs_a_command_is_refused_and_not_run(read, tmp_path, where):
    trace = tmp_path / "was-run"
    attack = Call(os.system, f"touch {trace}")
    if where == "state dict":
        content = write_checkpoint(TENSORS, extra=attack)
    else:
        content = write_checkpoint(TENSORS, header=(attack, PROTOCOL, {}))
    with pytest.raises(UnsafePickle, match="asks for 'posix system'"):
        read(content)
    assert not trace.exists()


@pytest.mark.parametrize(
    "attack",
    [Call(eval, "1"), Call(getattr, 1, "real"), types.SimpleNamespace(a=1), Call(bytearray, b"x")],
    ids=["eval", "getattr", "an object", "bytearray"],
)
def test_anything_but_tensors_is_refused(read, attack):
    with pytest.raises(UnsafePickle):
        read(write_checkpoint(TENSORS, extra=attack))


@pytest.mark.parametrize(
    "attack",
    [
        b"\x80\x04\x8c\x02os\x8c\x06system\x93.",  # STACK_GLOBAL: its name is on the stack
        b"(S'echo'\nios\nsystem\n.",  # INST
        b"\x82\x01.",  # EXT1
        b"\x96" + (1).to_bytes(8, "little") + b"x.",  # BYTEARRAY8
    ],
    ids=["STACK_GLOBAL", "INST", "EXT1", "BYTEARRAY8"],
)
def test_other_instructions_of_a_pickle_are_refused(read, attack):
    with pytest.raises(UnsafePickle):
        read(attack)


def test_what_a_pickle_may_name_cannot_be_changed_by_it(read):
    rebuild = b"ctorch._utils\n_rebuild_tensor_v2\n"
    slots = b"(N}X\x08\x00\x00\x00__call__Ntb."  # BUILD with (None, {"__call__": None})
    with pytest.raises(CorruptCheckpoint):
        read(b"\x80\x02" + rebuild + slots)
    assert read(INTACT).keys() == SHAPES.keys()


FORGED = {
    "a shape beyond the storage": Tensor("1", VALUES, (5, 5), (5, 1)),
    "an offset beyond the storage": Tensor("1", VALUES, (4,), (1,), offset=21),
    "a negative stride": Tensor("1", VALUES, (4,), (-1,), offset=10),
    "256 MB by a stride of nothing": Tensor("1", VALUES, (2**13, 2**13), (0, 0)),
    "more dimensions than numpy has": Tensor("1", VALUES, (1,) * 100, (1,) * 100),
    "sizes that are no numbers": Tensor("1", VALUES, (2.0, 2), (1, 1)),
    "a storage of 2^62 values": Tensor("1", VALUES, (4,), (1,), count=2**62),
    "a storage of fewer than no values": Tensor("1", VALUES, (4,), (1,), count=0),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_a_forged_size_is_refused_without_room_being_made_for_it(read, forged):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(CorruptCheckpoint, match="not an intact legacy PyTorch checkpoint"):
        read(write_checkpoint({"forged": forged}))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kB on Linux, B elsewhere


@pytest.mark.parametrize(
    "forged",
    [b"\x80\x02Nr\xff\xff\xff\x1f.", b"\x96" + (2**40).to_bytes(8, "little") + b"x."],
    ids=["a memo index of 2^29", "an array of a terabyte"],
)
def test_a_forged_count_in_a_pickle_is_refused_without_room_being_made_for_it(read, forged):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(CorruptCheckpoint):
        read(forged)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


@pytest.mark.parametrize(
    "header",
    [
        (1, PROTOCOL, {}),
        (MAGIC, 1000, {}),
        (MAGIC, PROTOCOL, {"little_endian": False}),
        (MAGIC, PROTOCOL, {}),
    ],
    ids=["magic number", "protocol", "byte order", "no byte order"],
)
def test_another_header_is_refused(read, header):
    with pytest.raises(CorruptCheckpoint):
        read(write_checkpoint(TENSORS, header=header))


def test_bytes_after_the_end_are_refused(read):
    with pytest.raises(CorruptCheckpoint, match="do not agree"):
        read(INTACT + b"\0")


def test_a_zip_checkpoint_is_refused_by_name_of_the_format(read):
    with pytest.raises(CorruptCheckpoint, match="legacy"):
        read(b"PK\x03\x04" + bytes(100))


def test_truncation_at_any_byte_is_noticed(read):
    for end in range(len(INTACT)):
        with pytest.raises((CorruptCheckpoint, UnsafePickle)):
            read(INTACT[:end])


@given(st.dictionaries(st.integers(0, len(INTACT) - 1), st.integers(0, 255), min_size=1, max_size=4))
@example({len(INTACT) - 1: 0})
@settings(deadline=None)
def test_altered_bytes_are_noticed_or_leave_well_formed_arrays(tmp_path_factory, changes):
    content = bytearray(INTACT)
    for position, value in changes.items():
        content[position] = value
    path = tmp_path_factory.mktemp("altered") / "network.pth"
    path.write_bytes(content)
    try:
        tensors = read_checkpoint(path)
    except (CorruptCheckpoint, UnsafePickle):
        return
    assert all(type(name) is str and isinstance(array, np.ndarray) for name, array in tensors.items())
    assert sum(array.nbytes for array in tensors.values()) < 10 * len(INTACT)

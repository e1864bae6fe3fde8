"""Tiny vectors and a tiny BERT."""

import json
import struct

import numpy as np
import pytest

WORDS = ("the", "cat", "dog", "Cat", "mat", "naïve")


@pytest.fixture
def toy():
    from gensim.models import KeyedVectors

    vectors = KeyedVectors(4)
    numbers = np.random.default_rng(0).normal(size=(len(WORDS), 4)).astype(np.float32)
    vectors.add_vectors([*WORDS], numbers)
    return vectors


def write_safetensors(path, tensors):
    header, start = {}, 0
    for name, tensor in tensors.items():
        end = start + tensor.nbytes
        header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": [start, end]}
        start = end
    text = json.dumps(header).encode()
    body = b"".join(tensor.astype("<f4").tobytes() for tensor in tensors.values())
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


CONFIG = {
    "hidden_size": 8,
    "num_attention_heads": 2,
    "layer_norm_eps": 1e-12,
    "hidden_dropout_prob": 0.1,
    "vocab_size": 11,
    "max_position_embeddings": 6,
    "num_hidden_layers": 2,
    "intermediate_size": 16,
}


@pytest.fixture
def tiny_bert(tmp_path):
    """Return a folder with a BERT of random weights, and the weights."""
    rng = np.random.default_rng(1)
    shapes = {
        "embeddings.word_embeddings.weight": (11, 8),
        "embeddings.position_embeddings.weight": (6, 8),
        "embeddings.token_type_embeddings.weight": (2, 8),
        "embeddings.LayerNorm.weight": (8,),
        "embeddings.LayerNorm.bias": (8,),
    }
    for number in range(2):
        here = f"encoder.layer.{number}"
        linear = {f"attention.self.{part}": (8, 8) for part in ("query", "key", "value")}
        linear |= {
            "attention.output.dense": (8, 8),
            "intermediate.dense": (16, 8),
            "output.dense": (8, 16),
            "attention.output.LayerNorm": (8,),
            "output.LayerNorm": (8,),
        }
        for name, shape in linear.items():
            shapes |= {f"{here}.{name}.weight": shape, f"{here}.{name}.bias": shape[:1]}
    weights = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    write_safetensors(tmp_path / "model.safetensors", weights)
    return tmp_path, weights

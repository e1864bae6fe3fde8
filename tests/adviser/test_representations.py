"""What photos and texts are turned into."""

import numpy as np
from scipy import sparse

from tlcourse import transfer
from tlcourse.adviser import representations


def test_turned_features_give_the_same_probe():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 300)), np.arange(40) % 3
    X[:, 0] += y
    Z = representations.turned(X)
    assert Z.shape == (40, 40)
    np.testing.assert_allclose(Z @ Z.T, X @ X.T, atol=1e-9)
    plain, turned = (transfer.linear_probe(table[:30], y[:30]) for table in (X, Z))
    np.testing.assert_allclose(plain.predict_proba(X[30:]), turned.predict_proba(Z[30:]), atol=1e-3)


def test_few_columns_and_sparse_tables_are_left_as_they_are():
    narrow, words = np.ones((5, 3)), sparse.csr_array(np.ones((3, 9)))
    assert representations.turned(narrow) is narrow
    assert representations.turned(words) is words


def test_mixture_gives_each_part_the_same_length_whether_dense_or_sparse():
    dense, words = 100 * np.ones((2, 4)), sparse.csr_array(np.eye(2, 6))
    np.testing.assert_allclose(np.linalg.norm(representations.beside(dense, dense), axis=1), 2**0.5)
    both = representations.beside(words, dense)
    assert sparse.issparse(both)
    np.testing.assert_allclose(both.toarray()[:, 6:], 0.5)

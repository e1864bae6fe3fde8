"""Logistic regression that costs by the number of examples where these are fewer than the features."""

import numpy as np
from scipy.linalg import solve_triangular
from scipy.sparse import issparse
from sklearn.linear_model import LogisticRegression

# Examples alike, or nought, leave the matrix of inner products short of full rank.
_JITTER = 1e-9


class SpanLogisticRegression(LogisticRegression):
    """Logistic regression, solved in the span of the examples where they are fewer than their features.

    With an L2 penalty the best weights are a weighted sum of the examples (the representer theorem), so the
    problem depends on nothing but their inner products. Their Cholesky factor gives each of N examples N
    numbers with the same inner products, and the weights found for those are carried back to the D features.

    Notes
    -----
    Schölkopf, Herbrich & Smola (2001), "A generalized representer theorem",
    https://doi.org/10.1007/3-540-44581-1_27

    Examples
    --------
    >>> X = np.eye(3, 1000)
    >>> SpanLogisticRegression().fit(X, [0, 0, 1]).coef_.shape
    (1, 1000)
    """

    def fit(self, X, y):
        """Fit on X, dense or sparse (N, D), with the label of each row in y, (N,)."""
        if issparse(X):
            return super().fit(X, y)
        # In single precision the solver would stop short, and complain.
        X = np.asarray(X, np.float64)
        if len(X) >= X.shape[1]:
            return super().fit(X, y)
        factor = np.linalg.cholesky(X @ X.T + _JITTER * np.eye(len(X)))
        super().fit(factor, y)
        self.coef_ = solve_triangular(factor, self.coef_.T, lower=True, trans="T").T @ X
        self.n_features_in_ = X.shape[1]
        return self

"""Estimates of how well a source will transfer, from its features and the target's labels, with no training.

Each is higher where the labels are easier to tell from the features. They have different scales and are to be
compared between sources on the same examples, never with each other. The sums over examples and features are
done in the smaller of the two, so that thousands of either are a fraction of a second.
"""

import numpy as np
from scipy import sparse

from tlcourse.measure.errors import MeasureError, NotProbabilities, WrongShape, check_examples

_STEPS = 500
_TOLERANCE = 1e-11
# How far noise may lie below and above the strongest direction of the features: beyond, nothing changes.
_FLOOR, _CEILING = 1e-12, 1e12


def log_me(X, y) -> float:
    r"""Compute LogME, the logarithm of the maximum evidence of a Bayesian linear model of the labels.

    For each class, its labels (1 for its own examples, 0 for others) are modelled as :math:`Xw` plus noise of
    precision :math:`\beta`, with a normal prior of precision :math:`\alpha` on the weights w. The evidence
    is the probability of the labels when w is integrated out, at those :math:`\alpha` and :math:`\beta` that
    make it greatest. Weights are averaged over, not fitted: a wide X is not rewarded for fitting noise.

    Parameters
    ----------
    X : array or sparse matrix of shape (n, d)
        Features of the target's examples.
    y : array of shape (n,)
        Their labels.

    Returns
    -------
    float
        The log evidence divided by n, averaged over the classes. It is not bounded: features that give labels
        exactly, with fewer dimensions than examples, get a large number that only rounding limits.

    Raises
    ------
    MeasureError
        If X or y cannot be measured: NaN, one class, other shapes.

    Notes
    -----
    With the singular values s of X and the labels turned into its singular directions, one step of the fixed
    point iteration for :math:`t = \alpha/\beta` takes a few sums, for all classes at once. As in the paper X
    is not centred and there is no intercept. Scaling or rotating X changes nothing.

    References
    ----------
    You, Liu, Wang and Long, *LogME: Practical Assessment of Pre-trained Models for Transfer Learning*, ICML
    2021; and, for the fixed point iteration in t, You et al., *Ranking and Tuning Pre-trained Models*, JMLR
    2022.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> y = np.repeat([0, 1], 50)
    >>> noise = rng.normal(size=(100, 5))
    >>> log_me(noise + 3 * y[:, None], y) > log_me(noise, y)
    True
    """
    X, Y = _prepare(X, y)
    squares, inside = _spectrum(*_products(X, Y, centre=False)[:2], len(Y), X.shape[1])
    inside = inside**2
    outside = np.maximum(Y.sum(axis=0) - inside.sum(axis=0), 0)
    free = len(Y) - len(squares)
    if not len(squares):
        return float(_log_evidence(1.0, squares, inside, outside, len(Y)).mean())
    bounds = squares.max() * _FLOOR, squares.max() * _CEILING
    ratio = np.full(Y.shape[1], squares.mean())
    evidence = _log_evidence(ratio, squares, inside, outside, len(Y))
    pace = np.ones_like(ratio)
    for _ in range(_STEPS):
        kept, lost = (part / (squares[:, None] + ratio) for part in (squares[:, None], ratio))
        weights = (inside * kept**2 / squares[:, None]).sum(axis=0)
        errors = outside + (inside * lost**2).sum(axis=0)
        with np.errstate(divide="ignore"):
            goal = kept.sum(axis=0) / (free + lost.sum(axis=0)) * errors / weights
        step = np.clip(pace * np.log(np.clip(goal, *bounds) / ratio), -50, 50)
        new = np.clip(ratio * np.exp(step), *bounds)
        found = _log_evidence(new, squares, inside, outside, len(Y))
        change = found - evidence
        if np.abs(change).max() < _TOLERANCE:
            break
        # Where plain steps are short, they are all in one direction: lengthen them while it goes up.
        rises = change > 0
        ratio, evidence = np.where(rises, new, ratio), np.maximum(found, evidence)
        pace = np.where(rises, 2 * pace, pace / 4)
    return float(evidence.mean())


def _log_evidence(ratio, squares, inside, outside, n: int) -> np.ndarray:
    """Return each class's log evidence per example at α = ratio · β, with the best β, which is n / unsaid."""
    unsaid = outside + (inside * (ratio / (squares[:, None] + ratio))).sum(axis=0)
    spread = np.log1p(squares[:, None] / ratio).sum(axis=0)
    return (np.log(n / unsaid) - 1 - np.log(2 * np.pi) - spread / n) / 2


def leep(probabilities, y) -> float:
    """Compute LEEP, how well a source's own answers foretell the target's labels.

    The source says of each example how probable each of *its* classes is. From that follows how often each of
    the target's classes goes with each of the source's, and so a classifier for the target that has never
    been trained: LEEP is its mean log likelihood on these same examples.

    Parameters
    ----------
    probabilities : array of shape (n, classes of the source)
        The head's answer for each example, each row summing to 1.
    y : array of shape (n,)
        The target's labels.

    Returns
    -------
    float
        Between minus the entropy of the labels, where the answers tell nothing, and 0, where each source
        class goes with one target class only.

    Raises
    ------
    NotProbabilities
        If an entry is negative, or a row does not sum to 1.
    MeasureError
        If they cannot be measured otherwise: NaN, one class, other shapes.

    References
    ----------
    Nguyen, Hassner, Seeger and Archambeau, *LEEP: A New Measure to Evaluate Transferability of Learned
    Representations*, ICML 2020.

    Examples
    --------
    >>> leep([[1, 0, 0], [0, 1, 0], [0, 0, 1]], ["pet", "pet", "car"])
    0.0
    >>> round(leep([[0.5, 0.5], [0.5, 0.5]], ["pet", "car"]), 3)
    -0.693
    """
    answers, Y = _two_axes(probabilities, y, "probabilities", "one column for each class of the source")
    if sparse.issparse(answers):
        answers = answers.toarray()
    answers = answers.astype(np.float64)
    sums = answers.sum(axis=1)
    if answers.min() < 0 or np.abs(sums - 1).max() > 1e-3:
        worst = sums[np.abs(sums - 1).argmax()]
        raise NotProbabilities(
            f"Rows sum to as much as {worst:.4g}, and the lowest entry is {answers.min():.4g}; give what the"
            " source's softmax layer answers: nothing below 0, and each row with the sum 1."
        )
    answers /= sums[:, None]
    joint = Y.T @ answers
    # A class that the source never names goes with nothing.
    given = np.divide(joint, joint.sum(axis=0), out=np.zeros_like(joint), where=joint.any(axis=0))
    # Rounding may carry a likelihood of 1 a little over.
    return float(np.log(np.minimum((answers @ given.T)[Y.astype(bool)], 1)).mean())


def h_score(X, y, shrinkage: float | None = None) -> float:
    r"""Compute the H-score, how much of the features' variance lies between classes, in all directions alike.

    It is the trace of :math:`\Sigma^{-1}\Sigma_b`, of the features' covariance and that of their class means.
    Directions in which features vary little count as much as others; with as few examples as dimensions,
    those are noise. So the covariance is shrunk towards a sphere, :math:`(1-a)\Sigma + a\sigma I` with the
    mean variance :math:`\sigma`, and :math:`\Sigma_b` by :math:`1-a` as well.

    Parameters
    ----------
    X : array or sparse matrix of shape (n, d)
        Features of the target's examples.
    y : array of shape (n,)
        Their labels.
    shrinkage : float, optional
        The a above. Left out, it is the one that Ledoit and Wolf estimate from X (the regularised H-score of
        Ibrahim et al.), near nought where n is far above d; 0 gives the plain H-score of Bao et al., which
        for n ≤ d is the number of classes less one *whatever the labels are*, if no row depends on others.

    Returns
    -------
    float
        Between 0 and the number of classes less one.

    Raises
    ------
    MeasureError
        If X or y cannot be measured (NaN, one class, other shapes), or `shrinkage` is not between 0 and 1.

    References
    ----------
    Bao et al., *An Information-Theoretic Approach to Transferability in Task Transfer Learning*, ICIP 2019.
    Ibrahim, Ponomareva and Mazumder, *Newer is not always better: Rethinking transferability metrics, their
    peculiarities, stability and performance*, ECML 2022. Ledoit and Wolf, *A well-conditioned estimator for
    large-dimensional covariance matrices*, Journal of Multivariate Analysis 88 (2004).

    Examples
    --------
    >>> y = np.repeat([0, 1, 2], 20)
    >>> round(h_score(np.eye(3)[y], y, shrinkage=0), 6)
    2.0
    >>> noise = np.random.default_rng(0).normal(size=(60, 100))
    >>> round(h_score(noise, y, shrinkage=0), 6), round(h_score(noise, y), 1)
    (2.0, 0.1)
    """
    if shrinkage is not None and not 0 <= shrinkage <= 1:
        raise MeasureError(f"shrinkage is {shrinkage}; give a number from 0 to 1, or leave it out.")
    X, Y = _prepare(X, y)
    n, d = X.shape
    gram, cross, norms = _products(X, Y, centre=True)
    squares, inside = _spectrum(gram, cross, n, d)
    variances = squares / n
    between = (inside**2 / Y.sum(axis=0)).sum(axis=1)
    mean = variances.sum() / d
    if shrinkage is None:
        shrinkage = _ledoit_wolf(variances, norms, n, d)
    kept = (1 - shrinkage) * variances
    return float((between * kept / (kept + shrinkage * mean)).sum()) if shrinkage < 1 else 0.0


def _ledoit_wolf(variances, norms, n: int, d: int) -> float:
    """Return how far to shrink, from the covariance's eigenvalues and the centred rows' squared lengths."""
    total = (variances**2).sum()
    uneven = total - variances.sum() ** 2 / d
    uncertain = ((norms**2).mean() - total) / n
    # In a single dimension, or where all are alike, there is nothing to shrink towards.
    return 0.0 if uneven <= 1e-12 * total else float(np.clip(uncertain / uneven, 0, 1))


def kernel_alignment(X, y) -> float:
    """Compute how alike the examples' similarities in the features are to those in the labels.

    Both are tables of n by n: products of centred feature vectors, and of the centred labels, in which two of
    one class are alike. The alignment is the cosine between the two tables; it is also called linear centred
    kernel alignment, CKA.

    Parameters
    ----------
    X : array or sparse matrix of shape (n, d)
        Features of the target's examples.
    y : array of shape (n,)
        Their labels.

    Returns
    -------
    float
        From 0 to 1, where features are the same within a class and classes are equally far apart. Features
        that are all alike have no similarities to speak of and get 0.

    Raises
    ------
    MeasureError
        If X or y cannot be measured: NaN, one class, other shapes.

    References
    ----------
    Cortes, Mohri and Rostamizadeh, *Algorithms for Learning Kernels Based on Centered Alignment*, JMLR 2012.
    Kornblith, Norouzi, Lee and Hinton, *Similarity of Neural Network Representations Revisited*, ICML 2019.

    Examples
    --------
    >>> y = np.array([0, 0, 1, 1, 2, 2])
    >>> round(kernel_alignment(np.eye(3)[y], y), 6)
    1.0
    >>> round(kernel_alignment(np.eye(6), y), 3)
    0.632
    """
    X, Y = _prepare(X, y)
    gram, cross, _ = _products(X, Y, centre=True)
    shared = (cross * (gram @ cross)).sum() if len(gram) == len(Y) else (cross**2).sum()
    counts = Y.sum(axis=0)
    labels = np.linalg.norm(np.diag(counts) - np.outer(counts, counts) / len(Y))
    length = np.linalg.norm(gram) * labels
    # Against numbers that were scaled to 1 at most, less than this is rounding.
    return float(min(shared / length, 1)) if length > 1e-20 * gram.size else 0.0


def _two_axes(X, y, name: str, columns: str):
    X, y, classes, _ = check_examples(X, y)
    if X.ndim != 2 or X.shape[1] == 0 or not np.issubdtype(X.dtype, np.number):
        raise WrongShape(
            f"{name} is an array of {X.dtype} and shape {X.shape}; give numbers, one row for each example and"
            f" {columns}."
        )
    return X, (y[:, None] == classes).astype(np.float64)


def _prepare(X, y):
    """Return X in double precision, scaled to 1 at most, which changes no estimate; and labels as columns."""
    X, Y = _two_axes(X, y, "X", "one column for each feature")
    X = X.astype(np.float64)
    largest = abs(X).max()
    return (X / largest if largest else X), Y


def _products(X, Y, centre: bool):
    """Return products between examples, XXᵀ, and Y; or where features are fewer, XᵀX and XᵀY.

    Beside them, the squared length of each row of X.
    """
    n, d = X.shape
    mean = np.asarray(X.mean(axis=0)).ravel() if centre else np.zeros(d)
    if sparse.issparse(X):
        norms = np.asarray(X.multiply(X).sum(axis=1)).ravel() - 2 * (X @ mean) + mean @ mean
        if n > d:
            gram = (X.T @ X).toarray() - n * np.outer(mean, mean)
            return gram, X.T @ Y - n * np.outer(mean, Y.mean(axis=0)), norms
        gram, ours = (X @ X.T).toarray(), X @ mean
        return gram - ours[:, None] - ours + mean @ mean, Y, norms
    X = X - mean
    norms = (X**2).sum(axis=1)
    return (X.T @ X, X.T @ Y, norms) if n > d else (X @ X.T, Y, norms)


def _spectrum(gram, cross, n: int, d: int):
    """Return the squared singular values of X above rounding, and the labels along its left directions."""
    from threadpoolctl import threadpool_limits

    # On a busy machine BLAS threads wait for each other, as in `linear_probe`.
    with threadpool_limits(1, "blas"):
        squares, directions = np.linalg.eigh(gram)
    keep = squares > max(n, d) * np.finfo(float).eps * max(squares[-1], 0)
    squares, inside = squares[keep], directions[:, keep].T @ cross
    return squares, inside if len(gram) == n else inside / np.sqrt(squares)[:, None]

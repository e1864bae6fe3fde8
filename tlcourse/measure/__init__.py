"""Scores with intervals: cross-validation, few-shot curves, differences; estimates before any training."""

from tlcourse.measure.benefits import Benefits, benefits, labels_saved
from tlcourse.measure.compare import paired_difference
from tlcourse.measure.curves import Curve, few_shot_curve
from tlcourse.measure.errors import (
    LengthMismatch,
    MeasureError,
    NotFinite,
    NotPaired,
    NotProbabilities,
    OneClass,
    TooFewPictures,
    UnknownShots,
    WrongShape,
)
from tlcourse.measure.forecast import Labels, forecast, labels_for
from tlcourse.measure.matrix import TransferMatrix, transfer_matrix
from tlcourse.measure.pairs import interval_over_pairs, rank_correlation
from tlcourse.measure.report import Table, headline, table
from tlcourse.measure.score import Score, interval
from tlcourse.measure.transferability import h_score, kernel_alignment, leep, log_me
from tlcourse.measure.validation import CrossValidation, cross_validate

__all__ = [
    "Benefits",
    "CrossValidation",
    "Curve",
    "Labels",
    "LengthMismatch",
    "MeasureError",
    "NotFinite",
    "NotPaired",
    "NotProbabilities",
    "OneClass",
    "Score",
    "Table",
    "TooFewPictures",
    "TransferMatrix",
    "UnknownShots",
    "WrongShape",
    "benefits",
    "cross_validate",
    "few_shot_curve",
    "forecast",
    "h_score",
    "headline",
    "interval",
    "interval_over_pairs",
    "kernel_alignment",
    "labels_for",
    "labels_saved",
    "leep",
    "log_me",
    "paired_difference",
    "rank_correlation",
    "table",
    "transfer_matrix",
]

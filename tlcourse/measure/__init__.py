"""Scores with intervals: cross-validation, few-shot curves, paired differences, and tables of them."""

from tlcourse.measure.benefits import Benefits, benefits, labels_saved
from tlcourse.measure.compare import paired_difference
from tlcourse.measure.curves import Curve, few_shot_curve
from tlcourse.measure.errors import (
    LengthMismatch,
    MeasureError,
    NotFinite,
    NotPaired,
    OneClass,
    TooFewPictures,
    UnknownShots,
)
from tlcourse.measure.pairs import interval_over_pairs, rank_correlation
from tlcourse.measure.report import Table, headline, table
from tlcourse.measure.score import Score, interval
from tlcourse.measure.validation import CrossValidation, cross_validate

__all__ = [
    "Benefits",
    "CrossValidation",
    "Curve",
    "LengthMismatch",
    "MeasureError",
    "NotFinite",
    "NotPaired",
    "OneClass",
    "Score",
    "Table",
    "TooFewPictures",
    "UnknownShots",
    "benefits",
    "cross_validate",
    "few_shot_curve",
    "headline",
    "interval",
    "interval_over_pairs",
    "labels_saved",
    "paired_difference",
    "rank_correlation",
    "table",
]

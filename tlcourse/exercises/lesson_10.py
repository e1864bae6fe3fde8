"""Exercises of lesson 10, negative transfer."""

import math

import numpy as np

from tlcourse.exercises.answers import compare
from tlcourse.exercises.registry import Mistake, exercise
from tlcourse.measure import Curve, Score

_CAUSES = {"a": "form", "b": "source", "c": "not shown", "d": "baseline"}


@exercise(
    "10.1",
    hints=(
        "Look at each interval first: does it leave nought out? If not, nothing has been shown.",
        "Where the same form without knowledge is far worse still, the knowledge is worth something, and the "
        "form must be what costs. Where it is *better*, the knowledge itself is at fault.",
        "In (d), with which rival was the network compared, and with which should it have been?",
    ),
    mistakes=(
        Mistake(
            {**_CAUSES, "a": "source", "b": "form"},
            "(a) and (b) are the other way round: in (a) what the source knows lifts the form by far, in (b) "
            "the same form does better without it.",
        ),
        Mistake(
            {**_CAUSES, "a": "source"},
            "In (a) the same vectors dealt out by lot are far worse: what the source knows is worth a great "
            "deal, and still does not make up for what is lost by averaging.",
        ),
        Mistake(
            {**_CAUSES, "b": "form"},
            "In (b) the form is the same in both networks, so it cannot be what sets them apart.",
        ),
        Mistake(
            {**_CAUSES, "c": "source"},
            "The interval in (c) reaches above nought: with these data nobody can tell, whatever the mean.",
        ),
        Mistake(
            {**_CAUSES, "c": "form"},
            "The interval in (c) reaches above nought: with these data nobody can tell, whatever the mean.",
        ),
        Mistake(
            {**_CAUSES, "d": "not shown"},
            "In (d) both intervals leave nought out. The gain is over a weak rival, and a stronger one that "
            "transfers nothing either is ahead.",
        ),
        Mistake(
            {**_CAUSES, "c": "baseline", "d": "not shown"},
            "(c) and (d) are the other way round: in (d) both differences are certain.",
        ),
    ),
    moral="Three questions, in this order: is it certain, against whom, and what is to blame.",
)
def name_the_causes(answer):
    """Name what each of four reports on a transfer says."""
    if not isinstance(answer, dict):
        return "The answer must be a dictionary from the letters a to d to what each report says."
    return compare(answer, _CAUSES, mistakes=name_the_causes.mistakes)


def _gains(transfer, rivals):
    return transfer - max(rivals.values(), key=np.mean)


@exercise(
    "10.2",
    hints=(
        "First find one rival for all draws: that with the highest mean.",
        "`max(rivals.values(), key=np.mean)` is the array of the best rival; keep the draws apart.",
        "`return transfer - max(rivals.values(), key=np.mean)`",
    ),
    mistakes=(
        Mistake(
            lambda transfer, rivals: transfer - np.max(list(rivals.values()), axis=0),
            "That takes the best rival of *each draw*: nobody can choose so, for that comes out only "
            "on the test part. Choose one rival for all draws.",
        ),
        Mistake(
            lambda transfer, rivals: transfer - next(iter(rivals.values())),
            "That is against the first rival, whichever that is; asked for is the one with the highest mean.",
        ),
        Mistake(
            lambda transfer, rivals: np.mean(_gains(transfer, rivals)),
            "That is the mean gain. Keep the draws apart: without them there is no interval.",
        ),
        Mistake(
            lambda transfer, rivals: transfer - np.mean(list(rivals.values()), axis=0),
            "That is against the average of the rivals: a weak one among them makes any transfer look good.",
        ),
        Mistake(
            lambda transfer, rivals: transfer - min(rivals.values(), key=np.mean),
            "That is against the weakest rival.",
        ),
        Mistake(
            lambda transfer, rivals: -_gains(transfer, rivals),
            "The sign is reversed: a transfer that helps has a positive gain.",
        ),
    ),
    moral="With a rival left out, the same transfer can look like a gain.",
)
def gains_over_the_best(answer):
    """Write the gain in each draw over the best of several rivals: the one with the highest mean."""
    rng = np.random.default_rng(0)
    inputs = []
    for draws in (4, 7, 5):
        rivals = {name: rng.uniform(0.3, 0.7, draws) for name in ("pixels", "HOG", "from scratch")}
        inputs.append((rng.uniform(0.4, 0.8, draws), rivals))
    return compare(answer, _gains, on=inputs, mistakes=gains_over_the_best.mistakes)


def _answers(differ, gain):
    return math.ceil(8 * differ / gain**2)


@exercise(
    "10.3",
    hints=(
        "The gain stands in the formula squared: half the gain takes four times as many answers.",
        "Round up: `math.ceil` gives a whole number, and the sign of the gain must not matter.",
        "`return math.ceil(8 * differ / gain**2)`",
    ),
    mistakes=(
        Mistake(
            lambda differ, gain: 8 * differ / gain**2,
            "Nobody has a fraction of a label: round up to the next whole number.",
        ),
        Mistake(
            lambda differ, gain: math.floor(8 * differ / gain**2),
            "Rounded down it is a little too few: round up.",
        ),
        Mistake(
            lambda differ, gain: round(8 * differ / gain**2),
            "Rounded to the nearest it is sometimes too few: round up.",
        ),
        Mistake(
            lambda differ, gain: math.ceil(8 * differ / abs(gain)),
            "The gain is to be squared: half of it takes four times as many answers, not twice as many.",
        ),
        Mistake(
            lambda differ, gain: math.ceil(8 / gain**2),
            "The share of answers in which the two differ is missing: where both are right, or both wrong, "
            "nothing is learned about which is better.",
        ),
        Mistake(
            lambda differ, gain: math.ceil(8 * (differ / gain) ** 2),
            "Only the gain is squared.",
        ),
        Mistake(
            lambda differ, gain: math.ceil(8 * gain**2 / differ),
            "Upside down: a smaller gain takes more answers.",
        ),
    ),
    moral="A gain of one point, where one answer in five differs, takes sixteen thousand answers.",
)
def labels_to_tell(answer):
    """Write how many answers it takes to tell a gain, from the share in which the two learners differ."""
    inputs = [(0.3, 0.1), (0.2, -0.05), (0.35, 0.3), (0.21, 0.03), (0.5, -0.13)]
    return compare(answer, _answers, on=inputs, mistakes=labels_to_tell.mistakes)


_SCORE = (
    "A gain without its interval may be luck: give a Score, such as `ahead` returns, of the accuracy with "
    "your features minus that of HOG."
)
_CURVE = "That is a whole curve: `ahead` subtracts from it what the matrix holds of HOG."
_LOSS = (
    "That loses to HOG, as ImageNet's last features do alone. What knows nothing of ImageNet and is strong "
    "here could be put beside them."
)
_NOT_YET = (
    "The interval of that gain still reaches nought. Which features of the source lose least on digits, and "
    "what could be put beside them?"
)
_ACCURACY = (
    "That is an accuracy; asked for is how far it is ahead of HOG's on the same draws, as `ahead` gives."
)
_TOO_GOOD = (
    "That is more than there is to gain: the best baseline already names about nine digits of ten. Is it the "
    "difference from HOG, at five shots, on the same draws?"
)


@exercise(
    "10.4",
    hints=(
        "The best baseline on digits is HOG: start from it, and put something of the source beside it.",
        "`features['digits']` also has 'block5c' and 'block6d', earlier layers of the network. "
        "`beside(a, b)` puts two side by side, each scaled to length 1.",
        "`mine = beside(features['digits']['HOG'], features['digits']['block6d'])`, then "
        "`curve = measure.few_shot_curve(mine, digits.labels, **alike)` and "
        "`gain = ahead(curve, matrix, 'digits', 'HOG')`",
    ),
    mistakes=(
        Mistake(0.02, _SCORE),
        Mistake(Score(0.01, -0.01, 0.03, (-0.01, 0.03)), _NOT_YET),
        Mistake(Curve((5,), np.array([[0.95], [0.93]]), 0.1), _CURVE),
        Mistake(Score(-0.15, -0.17, -0.13, (-0.17, -0.13)), _LOSS),
        Mistake(Score(0.94, 0.93, 0.95, (0.93, 0.95)), _ACCURACY),
        Mistake(Score(0.3, 0.28, 0.33, (0.28, 0.33)), _TOO_GOOD),
    ),
    moral="A source that hurts in one form can help in another. (You have looked at the test digits to find "
    "out; to trust the size of the gain you would now need fresh ones.)",
)
def a_gain_on_digits(answer):
    """Find a way to use ImageNet on the digits that beats the best baseline there at 5 shots."""
    if isinstance(answer, Curve):
        return _CURVE
    if not isinstance(answer, Score):
        return _SCORE
    if answer.high < 0:
        return _LOSS
    if answer.mean > 0.5:
        return _ACCURACY
    if answer.mean > 0.15:
        return _TOO_GOOD
    return None if answer.low > 0 else _NOT_YET

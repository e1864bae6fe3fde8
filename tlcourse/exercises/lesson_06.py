"""Exercises of lesson 06, fine-tuning a network."""

import numpy as np

from tlcourse.exercises.answers import compare
from tlcourse.exercises.registry import Mistake, exercise

_REPORTS = {"a": "rate", "b": "frozen", "c": "preprocessing", "d": "validation"}
_READING = {
    "a": "(a): something was learned, fast, and it was the wrong thing; it happened in training.",
    "b": "(b): the same to the last digit means that nothing at all has moved.",
    "c": "(c): training was sound, so look for what differs between training and use.",
    "d": "(d): if the weights stay the same, something else must change from one evaluation to the next.",
}
_FORM = "Give each of the letters a to d one of the four names, such as {'a': 'rate', …}."


@exercise(
    "06.1",
    hints=(
        "Which mistake changes nothing at all, and which one changes everything at once?",
        "If the weights stay the same, only the pictures can make the accuracy change.",
        "In (c) training and use differ in something that happens before the network.",
    ),
    mistakes=(
        Mistake(
            {**_REPORTS, "a": "frozen", "b": "rate"},
            "(a) and (b) are the other way round: a frozen network cannot get worse, and a rate that is too "
            "high cannot leave the accuracy as it was.",
        ),
        Mistake(
            {**_REPORTS, "c": "validation", "d": "preprocessing"},
            "(c) and (d) are the other way round: random changes to the pictures make an accuracy change "
            "from one evaluation to the next; another range of pixels makes it bad every time.",
        ),
        Mistake(
            {**_REPORTS, "a": "preprocessing", "c": "rate"},
            "(a) and (c) are the other way round: (a) went wrong while training, (c) only afterwards.",
        ),
        Mistake(
            {**_REPORTS, "b": "preprocessing", "c": "frozen"},
            "(b) and (c) are the other way round: only a network that did not move gives the same to the "
            "last digit.",
        ),
        Mistake(
            {**_REPORTS, "a": "validation", "d": "rate"},
            "(a) and (d) are the other way round: a rate matters only while weights change, and in (d) they "
            "stay the same.",
        ),
        Mistake(
            {**_REPORTS, "b": "validation", "d": "frozen"},
            "(b) and (d) are the other way round: a frozen network gives the same each time, and changed "
            "validation pictures do not.",
        ),
        Mistake({**_REPORTS, "d": "rate"}, _READING["d"]),
        Mistake({**_REPORTS, "c": "validation"}, _READING["c"]),
        Mistake({"a": "rate", "b": "frozen"}, _FORM),
    ),
    moral="No error message told them: the numbers did.",
)
def name_the_mistakes(answer):
    """Name the mistake behind each of four reports."""
    if not isinstance(answer, dict):
        return "The answer must be a dictionary from the letters a to d to the names of mistakes."
    if set(answer) != set(_REPORTS) or not all(name in _REPORTS.values() for name in answer.values()):
        return _FORM
    swaps = [mistake for mistake in name_the_mistakes.mistakes if mistake.answer == answer]
    wrong = [_READING[letter] for letter in _REPORTS if answer[letter] != _REPORTS[letter]]
    return swaps[0].why if swaps else wrong[0] if wrong else None


@exercise(
    "06.2",
    hints=(
        "The topmost block is the last of the list. By how many factors is the lowest one slowed down?",
        "Block number k, counted from 0 at the bottom, has `blocks - 1 - k` blocks above it.",
        "`return [rate * decay ** (blocks - 1 - k) for k in range(blocks)]`",
    ),
    mistakes=(
        Mistake(
            lambda blocks, rate, decay: [rate * decay**k for k in range(blocks)],
            "That is from the topmost to the lowest; the lowest block comes first.",
        ),
        Mistake(
            lambda blocks, rate, decay: [rate * decay ** (blocks - k) for k in range(blocks)],
            "The topmost block already learns at `decay` times the rate; it should learn at `rate` itself.",
        ),
        Mistake(
            lambda blocks, rate, decay: [rate * (1 - decay * (blocks - 1 - k)) for k in range(blocks)],
            "The rate must be multiplied by `decay` for each block, not lowered by a fixed amount.",
        ),
        Mistake(
            lambda blocks, rate, decay: [rate] * blocks,
            "All blocks learn at the same rate there: `decay` has to come in.",
        ),
        Mistake(
            lambda blocks, rate, decay: [rate / decay ** (blocks - 1 - k) for k in range(blocks)],
            "Dividing by `decay`, which is less than one, makes the lower blocks learn faster: multiply.",
        ),
        Mistake(
            lambda blocks, rate, decay: [rate * decay ** (blocks - 1 - k) for k in range(1, blocks)],
            "The lowest block is missing: there is a rate for each of the `blocks`.",
        ),
    ),
)
def block_rates(answer):
    """Give the learning rate of each block, from the lowest to the topmost."""
    return compare(
        answer,
        lambda blocks, rate, decay: [rate * decay ** (blocks - 1 - k) for k in range(blocks)],
        on=[(3, 0.1, 0.5), (1, 0.02, 0.3), (5, 1.0, 0.9)],
        mistakes=block_rates.mistakes,
    )


_RESULTS = [
    {
        ("head", 0.001): ([0.80, 0.82, 0.81], [0.90, 0.91, 0.92]),
        ("block5a", 0.001): ([0.85, 0.86, 0.84], [0.83, 0.84, 0.85]),
        ("block3a", 0.001): ([0.95, 0.70, 0.60], [0.80, 0.99, 0.81]),
    },
    {
        "slow": ([0.5, 0.9, 0.7], [0.4, 0.4, 0.4]),
        "fast": ([0.6, 0.6, 0.6], [0.8, 0.6, 0.7]),
        "faster": ([0.4, 0.5, 0.3], [0.2, 0.3, 0.1]),
    },
]


def _best(results, part, score):
    return max(results, key=lambda setting: score(results[setting][part]))


@exercise(
    "06.3",
    hints=(
        "Which of the two lists may a choice look at?",
        "Compare means over the draws; one lucky draw should not decide.",
        "`return max(results, key=lambda setting: np.mean(results[setting][0]))`",
    ),
    mistakes=(
        Mistake(
            lambda results: _best(results, 1, np.mean),
            "That lets the test pictures choose, and their score is no honest estimate any more.",
        ),
        Mistake(
            lambda results: _best(results, 0, np.max),
            "That is the setting with the best single draw; compare the means.",
        ),
        Mistake(
            lambda results: _best(results, 0, lambda accuracies: accuracies[0]),
            "That compares the first draws only; compare the means.",
        ),
        Mistake(
            lambda results: min(results, key=lambda setting: np.mean(results[setting][0])),
            "That is the setting with the lowest validation accuracy.",
        ),
        Mistake(
            lambda results: max(np.mean(validation) for validation, _ in results.values()),
            "That is its accuracy; asked for is the setting, the key of the dictionary.",
        ),
    ),
)
def choose(answer):
    """Choose a setting by its mean validation accuracy."""
    return compare(answer, lambda results: _best(results, 0, np.mean), on=_RESULTS, mistakes=choose.mistakes)


_LAYERS = [
    ("stem", "Conv2D", 864),
    ("stem_bn", "BatchNormalization", 128),
    ("block1", "Conv2D", 512),
    ("block1_bn", "BatchNormalization", 64),
    ("head", "Dense", 170),
]


def _count(layers, lowest, norms=False, above=0):
    start = [name for name, _, _ in layers].index(lowest) + above
    return sum(weights for _, kind, weights in layers[start:] if norms or kind != "BatchNormalization")


@exercise(
    "06.4",
    hints=(
        "Two conditions: at or above `lowest`, and not a BatchNormalization layer.",
        "`[name for name, _, _ in layers].index(lowest)` is the place where training begins.",
        "Sum `weights` over `layers[place:]`, leaving out those whose kind is `'BatchNormalization'`.",
    ),
    mistakes=(
        Mistake(
            lambda layers, lowest: _count(layers, lowest, norms=True),
            "The BatchNormalization layers are counted in, but they stay frozen.",
        ),
        Mistake(
            lambda layers, lowest: _count(layers, lowest, above=1),
            "The layer `lowest` itself is trained too.",
        ),
        Mistake(
            lambda layers, lowest: _count(layers, layers[0][0]),
            "That counts all layers; those below `lowest` stay frozen.",
        ),
        Mistake(
            lambda layers, lowest: _count(layers, layers[0][0]) - _count(layers, lowest),
            "Those are the frozen ones below; count the others.",
        ),
        Mistake(
            lambda layers, lowest: sum(weights for name, _, weights in layers if name == lowest),
            "That is the layer `lowest` alone; all layers above it are trained with it.",
        ),
        Mistake(
            lambda layers, lowest: _count([(name, kind, 1) for name, kind, _ in layers], lowest),
            "That is the number of layers; asked for are their weights, the last of the three in each tuple.",
        ),
    ),
)
def trained_weights(answer):
    """Count the weights that a fine-tuning from `lowest` upwards trains."""
    return compare(
        answer,
        _count,
        on=[(_LAYERS, "block1"), (_LAYERS, "stem_bn"), (_LAYERS, "head"), (_LAYERS[:3], "stem")],
        mistakes=trained_weights.mistakes,
    )

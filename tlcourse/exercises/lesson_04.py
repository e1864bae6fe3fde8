"""Exercises of lesson 04, the pretrained-model approach."""

import numpy as np

from tlcourse.exercises.answers import compare
from tlcourse.exercises.registry import Mistake, exercise


@exercise(
    "04.1",
    hints=(
        "There are two steps; their multiply-adds add up.",
        "The first step looks through a window of k·k numbers, once for each incoming channel; the second "
        "has a window of 1×1.",
        "`return k * k * c_in + c_in * c_out`",
    ),
    mistakes=(
        Mistake(
            lambda k, c_in, c_out: k * k * c_in * c_out,
            "That is an ordinary convolution: every channel is looked at anew for each outgoing one.",
        ),
        Mistake(
            lambda k, c_in, c_out: k * k * c_in * c_in * c_out,
            "The steps follow each other, so their work adds up; it does not multiply.",
        ),
        Mistake(
            lambda k, c_in, c_out: k * k * c_in * c_in + c_in * c_out,
            "In the first step a window looks at its own channel only, not at all of them: `c_in` once.",
        ),
        Mistake(
            lambda k, c_in, c_out: k * k + c_in * c_out,
            "The first step has a window for each of the incoming channels, not one for all of them.",
        ),
        Mistake(
            lambda k, c_in, c_out: k * k * c_in, "The second step, which mixes the channels, is missing."
        ),
        Mistake(
            lambda k, c_in, c_out: k * k * c_out + c_in * c_out,
            "The windows of the first step belong to the incoming channels, which need not be as many.",
        ),
        Mistake(
            lambda k, c_in, c_out: k * c_in + c_in * c_out,
            "A window of k × k has k·k numbers, not k of them.",
        ),
    ),
    moral="With many channels the second step is nearly all of it, and a larger window costs hardly more.",
)
def separable_work(answer):
    """Write a function for the multiply-adds of a depthwise separable convolution at one position."""
    return compare(
        answer,
        lambda k, c_in, c_out: k * k * c_in + c_in * c_out,
        on=[(3, 256, 128), (5, 32, 64), (7, 10, 3)],
        mistakes=separable_work.mistakes,
    )


@exercise(
    "04.2",
    hints=(
        "0 should become −1, and 255 should become 1: what lies in the middle becomes 0.",
        "Turn the pixels into floating-point numbers before you subtract: `uint8` has no negative numbers.",
        "`return pixels.astype(np.float32) / 127.5 - 1`",
    ),
    mistakes=(
        Mistake(lambda pixels: pixels / 255, "That runs from 0 to 1; asked for is −1 to 1."),
        Mistake(lambda pixels: pixels / 127.5, "That runs from 0 to 2: something is left to subtract."),
        Mistake(
            lambda pixels: pixels.astype(np.float32) - 127.5,
            "That is centred on 0, and runs from −127.5 to 127.5: something is left to divide by.",
        ),
        Mistake(
            lambda pixels: (pixels - np.uint8(127)) / np.float32(128),
            "`uint8` has no negative numbers: dark pixels have wrapped round to bright ones. Convert first.",
        ),
        Mistake(
            lambda pixels: (pixels.astype(np.float32) - 127) / 128,
            "That is EfficientNet-Lite0's preprocessing, close to Xception's and not the same.",
        ),
        Mistake(
            lambda pixels: (pixels.astype(np.float32) - 128) / 128,
            "0 becomes −1, but 255 becomes a little less than 1: the middle of 0 and 255 is not 128.",
        ),
        Mistake(
            lambda pixels: (pixels * np.uint8(2) - np.uint8(255)) / 255,
            "`uint8` has no number above 255: bright pixels, doubled, have wrapped round. Convert first.",
        ),
        Mistake(
            lambda pixels: (pixels * np.uint8(2)) / 255 - 1,
            "`uint8` has no number above 255: bright pixels, doubled, have wrapped round. Convert first.",
        ),
        Mistake(
            lambda pixels: pixels / 255 / 127.5 - 1,
            "That scales twice, and a nearly black picture is left: divide by 127.5 alone.",
        ),
        Mistake(
            lambda pixels: pixels[..., ::-1] / 127.5 - 1,
            "The range is right, but blue and red have changed places.",
        ),
    ),
)
def to_plus_minus_one(answer):
    """Write a function that turns uint8 pixels into floating-point numbers from −1 to 1."""
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, shape, dtype=np.uint8) for shape in ((2, 4, 4, 3), (1, 3, 5, 3))]
    pictures.append(np.array([0, 255, 100], np.uint8).reshape(1, 1, 1, 3))
    return compare(
        answer,
        lambda pixels: pixels.astype(np.float64) / 127.5 - 1,
        on=pictures,
        mistakes=to_plus_minus_one.mistakes,
    )


def _within(milliseconds, budget):
    return [name for name, needed in milliseconds.items() if needed <= budget]


def _choice(accuracy, milliseconds, budget):
    names = _within(milliseconds, budget)
    return max(names, key=lambda name: (accuracy[name], -milliseconds[name]), default=None)


@exercise(
    "04.3",
    hints=(
        "First leave out what is too slow; then look at accuracy.",
        "`max(names, key=…)` may take a pair as its key: `(accuracy[name], -milliseconds[name])`.",
        "`max([], default=None)` is None instead of an error.",
    ),
    mistakes=(
        Mistake(
            lambda accuracy, milliseconds, budget: max(accuracy, key=accuracy.get),
            "That is the most accurate of all, whatever it costs: keep to the budget.",
        ),
        Mistake(
            lambda accuracy, milliseconds, budget: min(milliseconds, key=milliseconds.get),
            "That is the fastest of all; asked for is the most accurate one that the budget allows.",
        ),
        Mistake(
            lambda accuracy, milliseconds, budget: max(
                _within(milliseconds, budget), key=milliseconds.get, default=None
            ),
            "That is the slowest you can afford. Dear is not the same as good: compare accuracies.",
        ),
        Mistake(
            lambda accuracy, milliseconds, budget: max(
                _within(milliseconds, budget),
                key=lambda name: accuracy[name] / milliseconds[name],
                default=None,
            ),
            "That is the most accuracy for each millisecond; within the budget, time is free.",
        ),
        Mistake(
            lambda accuracy, milliseconds, budget: max(
                _within(milliseconds, budget),
                key=lambda name: (accuracy[name], milliseconds[name]),
                default=None,
            ),
            "Two are equally accurate, and you took the slower one.",
        ),
        Mistake(
            lambda accuracy, milliseconds, budget: _choice(accuracy, milliseconds, budget - 1e-9),
            "At most means that a network which needs exactly the budget may be taken.",
        ),
        Mistake(
            lambda accuracy, milliseconds, budget: (
                _choice(accuracy, milliseconds, budget) or min(milliseconds, key=milliseconds.get)
            ),
            "If none is within the budget, the answer is None; the fastest is still too slow.",
        ),
    ),
    moral="The accuracies must be validation ones: the test pictures are for the network you took.",
)
def choose_network(answer):
    """Write a function that returns the most accurate network that a budget of time allows."""
    accuracy = {"large": 0.91, "old": 0.84, "slow": 0.86, "small": 0.86, "tiny": 0.70}
    milliseconds = {"large": 80.0, "old": 40.0, "slow": 30.0, "small": 12.0, "tiny": 2.0}
    return compare(
        answer,
        _choice,
        on=[(accuracy, milliseconds, budget) for budget in (45.0, 80.0, 5.0, 12.0, 1.0)],
        mistakes=choose_network.mistakes,
    )


def _front(accuracy, cost, beats=lambda a, b: a > b):
    front = []
    for name in sorted(cost, key=cost.get):
        if not front or beats(accuracy[name], accuracy[front[-1]]):
            front.append(name)
    return front


def _steps_up(accuracy, names):
    return [
        name for place, name in enumerate(names) if place == 0 or accuracy[name] > accuracy[names[place - 1]]
    ]


@exercise(
    "04.4",
    hints=(
        "Go through the networks from the cheapest to the dearest: `sorted(cost, key=cost.get)`.",
        "A dearer network is on the front only if it is more accurate than every cheaper one.",
        "The last name you kept is the most accurate so far: compare with `accuracy[front[-1]]`.",
    ),
    mistakes=(
        Mistake(
            lambda accuracy, cost: sorted(cost, key=cost.get),
            "These are all of them, sorted; those that a cheaper one beats have to go.",
        ),
        Mistake(
            lambda accuracy, cost: _front(accuracy, cost, lambda a, b: a >= b),
            "One is as accurate as a cheaper one: that is dominated too.",
        ),
        Mistake(
            lambda accuracy, cost: _front(accuracy, cost)[::-1],
            "These are the right ones, the dearest first; asked for is the cheapest first.",
        ),
        Mistake(
            lambda accuracy, cost: sorted(_front(accuracy, cost)),
            "These are the right ones in the order of the alphabet; asked for is the cheapest first.",
        ),
        Mistake(
            lambda accuracy, cost: set(_front(accuracy, cost)),
            "These are the right ones, but a set has no order; asked for is a list, the cheapest first.",
        ),
        Mistake(
            lambda accuracy, cost: [max(accuracy, key=accuracy.get)],
            "That is the most accurate one alone; cheaper ones that nothing as cheap beats belong there.",
        ),
        Mistake(
            lambda accuracy, cost: _steps_up(accuracy, sorted(cost, key=cost.get)),
            "You compared with the next cheaper one only; compare with the best of all cheaper ones.",
        ),
    ),
    moral="Whatever your budget, the network to take is one of these.",
)
def pareto_front(answer):
    """Write a function that returns the names of the networks that none dominates, the cheapest first."""
    inputs = [
        (
            {"e": 0.70, "b": 0.60, "d": 0.65, "a": 0.80, "c": 0.80},
            {"e": 1.0, "b": 2.0, "d": 3.0, "a": 5.0, "c": 9.0},
        ),
        ({"x": 0.9, "y": 0.5, "w": 0.7}, {"x": 4.0, "y": 1.0, "w": 2.0}),
        ({"p": 0.5, "q": 0.4, "r": 0.3}, {"p": 1.0, "q": 2.0, "r": 3.0}),
    ]
    return compare(answer, _front, on=inputs, mistakes=pareto_front.mistakes)

"""What a learner calls: `check` an answer, ask for a `hint`."""

import functools
import html
import linecache
import os
import re
import traceback
import types
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tlcourse.exercises.record import record
from tlcourse.exercises.registry import Exercise, Wrong, find


class ExerciseFailed(AssertionError):
    """A check did not pass while `TLCOURSE_STRICT=1`, as when the solutions are tested."""


class _Unanswered(Exception):
    """The learner's function is still the stub."""


@dataclass(frozen=True, repr=False)
class Feedback:
    """What the course says to an answer; `passed` is None when there is nothing to judge yet."""

    title: str
    message: str
    passed: bool | None = None

    def __repr__(self) -> str:
        return f"{MARKS[self.passed][0]} {self.title}: {self.message}"

    def _repr_html_(self) -> str:
        mark, colour = MARKS[self.passed]
        return (
            f'<div style="border-left: 4px solid {colour}; padding: 0.4em 0.8em">'
            f"<strong>{mark} {html.escape(self.title)}</strong><br>{prose(self.message)}</div>"
        )


def prose(text: str) -> str:
    """Return a sentence as HTML, with `code` and *stress* as in Markdown.

    Examples
    --------
    >>> prose("Take the *mean*, with `axis=(1, 2)`, if 2*n*n < 3.")
    'Take the <em>mean</em>, with <code>axis=(1, 2)</code>, if 2*n*n &lt; 3.'
    """
    parts = re.split("`([^`]+)`", html.escape(text, quote=False))
    # A star within a word or a product is a star.
    parts[::2] = [re.sub(r"(?<!\w)\*(\w[^*]*)\*(?!\w)", r"<em>\1</em>", part) for part in parts[::2]]
    parts[1::2] = [f"<code>{part}</code>" for part in parts[1::2]]
    return "".join(parts)


MARKS = {True: ("✓", "#2e7d32"), False: ("✗", "#c62828"), None: ("○", "#757575")}
_revealed: Counter[str] = Counter()


def check(name: str, answer: Any) -> Feedback:
    """Say at once whether `answer` solves the exercise called `name`, and if not, why.

    In a notebook the outcome, not the answer, is kept for `progress` in a file on this machine; nothing is
    sent anywhere.

    Parameters
    ----------
    name
        The exercise, such as ``"00.1"``.
    answer
        A value, or a function, which is then tried on inputs of the course's own. An answer that is still
        ``...`` is not judged. Nothing that an answer is or does makes this raise, unless the environment
        variable ``TLCOURSE_STRICT`` is 1: then what does not pass raises `ExerciseFailed`.

    Examples
    --------
    >>> check("00.1", ...)
    ○ Exercise 00.1, not answered yet: Write it in place of the `...`; `exercises.hint("00.1")` helps.
    >>> check("00.1", lambda probabilities: probabilities.argmax()).passed
    True
    """
    exercise = find(name)
    name = exercise.name
    try:
        if _is_stub(answer):
            raise _Unanswered
        why = exercise.verify(_guarded(answer) if isinstance(answer, types.FunctionType) else answer)
    except _Unanswered:
        start = f'Write it in place of the `...`; `exercises.hint("{name}")` helps.'
        feedback = Feedback(f"Exercise {name}, not answered yet", start)
    except Wrong as wrong:
        feedback = _refusal(name, str(wrong))
    # The check met something its author did not foresee: an answer of another kind than it works with.
    except Exception as error:
        feedback = _refusal(name, f"An answer of type {type(answer).__name__} does not fit here ({error}).")
    else:
        feedback = _approval(exercise) if why is None else _refusal(name, why)
    if feedback.passed is not None and (note := record(name, feedback.passed)):
        feedback = replace(feedback, message=f"{feedback.message} {note}")
    if os.environ.get("TLCOURSE_STRICT") == "1" and not feedback.passed:
        raise ExerciseFailed(repr(feedback))
    return feedback


def hint(name: str) -> Feedback:
    """Reveal the next hint for the exercise called `name`; after the last one, say where its solution is.

    Examples
    --------
    >>> hint("00.1").title
    'Hint 1 of 3 for exercise 00.1'
    """
    exercise = find(name)
    hints, seen = exercise.hints, _revealed[exercise.name]
    _revealed[exercise.name] += 1
    if seen >= len(hints):
        told = "That was the last hint: the solution is in the folder `solutions`, beside this notebook."
        return Feedback(f"Exercise {exercise.name}", told)
    return Feedback(f"Hint {seen + 1} of {len(hints)} for exercise {exercise.name}", hints[seen])


def _approval(exercise: Exercise) -> Feedback:
    return Feedback(f"Exercise {exercise.name}", f"Correct. {exercise.moral}".rstrip(), True)


def _refusal(name: str, why: str) -> Feedback:
    return Feedback(
        f"Exercise {name}, not yet", f'{why} `exercises.hint("{name}")` gives the next hint.', False
    )


def _is_stub(answer: Any) -> bool:
    if isinstance(answer, dict):
        answer = list(answer.values())
    return answer is ... or (isinstance(answer, list | tuple) and any(item is ... for item in answer))


def _guarded(function: Callable) -> Callable:
    """Wrap a learner's function so that its own errors are told from the check's."""

    @functools.wraps(function)
    def call(*arguments, **named):
        try:
            result = function(*arguments, **named)
        except (Exception, SystemExit) as error:
            raise Wrong(_story(function, error)) from error
        if _is_stub(result):
            raise _Unanswered
        return result

    return call


def _story(function: Callable, error: BaseException) -> str:
    what = f"{type(error).__name__}: {error}".rstrip(": ")
    filename = function.__code__.co_filename
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == filename]
    source = linecache.getline(filename, lines[-1]).strip() if lines else ""
    where = f" at the line `{source}`" if source else ""
    return f"Your function stopped{where} with {what}."

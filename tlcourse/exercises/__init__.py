"""Exercises that answer at once: `check` an answer, ask for a `hint`, take the `quiz`, see your `progress`.

Each lesson has its own module, ``lesson_NN.py``, loaded when one of its exercises is first asked for.
"""

from tlcourse.exercises.answers import compare, same
from tlcourse.exercises.feedback import ExerciseFailed, Feedback, check, hint
from tlcourse.exercises.questions import Quiz, quiz
from tlcourse.exercises.record import Progress, progress
from tlcourse.exercises.registry import Exercise, Mistake, UnknownExercise, Wrong, every, exercise, find

__all__ = [
    "Exercise",
    "ExerciseFailed",
    "Feedback",
    "Mistake",
    "Progress",
    "Quiz",
    "UnknownExercise",
    "Wrong",
    "check",
    "compare",
    "every",
    "exercise",
    "find",
    "hint",
    "progress",
    "quiz",
    "same",
]

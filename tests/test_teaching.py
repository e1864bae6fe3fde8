"""The teachers' page says of the lessons what they say themselves."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "teaching.md").read_text("utf-8")
SOURCES = {path.name[:2]: path.read_text("utf-8") for path in (ROOT / "notebooks" / "src").glob("[0-9]*.py")}
ROWS = re.findall(r"^\| \[(\d\d)\] \| (\d+) \| (\d+) \| (\d+) \|", PAGE, re.M)


def header(number):
    block = SOURCES[number].partition("# ---\n")[2].partition("# ---\n")[0]
    return yaml.safe_load(re.sub("^# ?", "", block, flags=re.M))["jupyter"]["lesson"]


@pytest.mark.parametrize(("number", "minutes", "memory", "exercises"), ROWS)
def test_timings_are_the_lessons_own(number, minutes, memory, exercises):
    facts = header(number)
    assert (int(minutes), int(memory)) == (facts["minutes"], facts["memory_mb"])
    assert int(exercises) == len(set(re.findall(r'exercises\.check\("(\d\d\.\d)"', SOURCES[number])))


def test_every_table_and_plan_names_lessons_that_are_there():
    assert len(ROWS) >= 10
    links = dict(re.findall(r"^\[(\d\d)\]: (\S+)$", PAGE, re.M))
    assert set(re.findall(r"\[(\d\d)\]", PAGE)) == set(links)
    for number, target in links.items():
        assert (ROOT / target).exists(), f"lesson {number}"


def test_answers_point_to_sections_that_are_there():
    pointed = []
    for cell in re.findall(r"\| ([^|]*\[\d\d\][^|]*) \|$", PAGE, re.M):
        for number, rest in re.findall(r"\[(\d\d)\]([^;\[]*)", cell):
            pointed += [(number, title) for title in re.findall(r"\*([^*]+)\*", rest)]
    assert len(pointed) > 15
    for number, title in pointed:
        assert re.search(rf"^# ##+ .*{re.escape(title)}", SOURCES[number], re.M | re.I), f"{number}: {title}"


def test_exercises_named_are_there():
    for name in set(re.findall(r"\b(\d\d\.\d)\b", PAGE)):
        assert f'exercises.check("{name}"' in SOURCES[name[:2]], name

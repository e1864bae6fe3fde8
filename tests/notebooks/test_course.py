"""The course's own notebooks follow from their sources and keep the rules."""

import pytest
from build_notebooks import ROOT, drift, strays, targets
from lint_notebooks import lint

SOURCES = sorted((ROOT / "notebooks" / "src").glob("*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_notebooks_follow_from_their_source(source):
    assert drift(source) == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
@pytest.mark.parametrize("kind", ["lesson", "solutions"])
def test_notebook_keeps_the_rules(source, kind):
    assert [str(finding) for finding in lint(targets(source)[kind])] == []


def test_every_notebook_has_a_source():
    assert strays(SOURCES, ROOT / "notebooks") == []

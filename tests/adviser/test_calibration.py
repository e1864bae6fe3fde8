"""What the adviser stated, and what was then true."""

from tlcourse.adviser import calibration


def test_statement_holds_where_the_truth_is_inside_and_the_sign_is_right():
    inside, outside = [0.8, 0.7, 0.9, 0.7], [0.8, 0.7, 0.9, 0.91]
    rows = [
        {"now": inside, "twice": outside, "verdict": "helps", "gained": -0.1},
        {"now": outside, "twice": None, "verdict": "hurts", "gained": -0.1},
        {"now": inside, "twice": inside, "verdict": "cannot be told", "gained": 0.3},
    ]
    assert [*calibration.held(rows).values()] == [[True, False, True], [False, True], [False, True]]


def test_what_is_stored_is_sixty_tasks_and_keeps_the_bound_of_the_benchmark():
    rows = calibration.stored()
    assert [row["task"] for row in rows] == [*range(60)]
    for row in rows:
        for mean, low, high, true in filter(None, (row["now"], row["twice"])):
            assert 0 <= low <= mean <= high <= 1
            assert 0 <= true <= 1
    now = calibration.held(rows)["accuracy now"]
    assert 0.80 <= sum(now) / len(now) <= 0.97

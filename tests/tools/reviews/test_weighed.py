"""The polarity model's probabilities and the lexicon's aspects put together."""

import numpy as np

from tools.reviews.labelling.weighed import together

UNDECIDED = np.array([[0.4, 0.2, 0.4]], np.float32)


def test_rows_stay_probabilities() -> None:
    spread = np.array([[0.98, 0.01, 0.01], [0, 0, 1], [1 / 3, 1 / 3, 1 / 3]], np.float32)
    found = together(["late", "好", ""], spread, [{"delivery": "negative"}, {}, {"price": "positive"}])
    assert found.shape == (3, 3)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    assert np.isfinite(found).all()


def test_an_aspect_pulls_to_its_side_and_two_pull_more() -> None:
    one = together(["x"], UNDECIDED, [{"delivery": "negative"}])[0]
    two = together(["x"], UNDECIDED, [{"delivery": "negative", "quality": "negative"}])[0]
    three = together(["x"], UNDECIDED, [{"delivery": "negative", "quality": "negative", "fit": "negative"}])[0]
    assert two[0] > one[0] > one[2]
    np.testing.assert_allclose(three, two)


def test_praise_and_blame_together_make_neutral_likelier() -> None:
    mixed = together(["x"], UNDECIDED, [{"delivery": "negative", "quality": "positive"}])[0]
    silent = together(["x"], UNDECIDED, [{}])[0]
    assert mixed[1] > silent[1]
    assert abs(mixed[0] - mixed[2]) < 1e-6


def test_a_sure_model_is_not_overruled() -> None:
    sure = np.array([[0.98, 0.01, 0.01]], np.float32)
    assert together(["x"], sure, [{"price": "positive", "quality": "positive"}])[0].argmax() == 0


def test_nothing_gives_nothing() -> None:
    assert together([], np.zeros((0, 3), np.float32), []).shape == (0, 3)

"""Protects: expected ranks under ties, and relations read from parents and categories, against direct computations."""

import itertools
import random

import numpy as np
import pytest

from benchmark.metrics.uniqueness.retrieval import beats_own, margins, rank_own, relate
from dataset.schema import Region


def direct_ranking(similarity, rivals):
    """First place, reciprocal rank: averaged over all orders of the tied, by trying them."""
    results = []
    for i in range(len(similarity)):
        others = [j for j in range(len(similarity)) if j != i and rivals[i, j]]
        above = sum(similarity[i, j] > similarity[i, i] for j in others)
        tied = [j for j in others if similarity[i, j] == similarity[i, i]]
        ranks = [above + 1 + order.index(i) for order in itertools.permutations([i, *tied])]
        results.append((np.mean([rank == 1 for rank in ranks]), np.mean([1 / rank for rank in ranks]), len(others)))
    return results


@pytest.mark.parametrize("seed", range(30))
def test_equal_to_trying_all_orders(seed):
    generator = np.random.default_rng(seed)
    size = int(generator.integers(1, 7))
    similarity = generator.integers(0, 3, (size, size)) / 2  # many ties
    rivals = generator.random((size, size)) < 0.7
    ranking = rank_own(similarity, rivals)
    for row, (first, reciprocal, others) in enumerate(direct_ranking(similarity, rivals)):
        assert ranking.first[row] == pytest.approx(first)
        assert ranking.reciprocal[row] == pytest.approx(reciprocal)
        assert ranking.chance[row] == pytest.approx(1 / (others + 1))
        assert ranking.eligible[row] == (others > 0)


def test_a_constant_scores_chance():
    ranking = rank_own(np.full((5, 5), 0.3), np.ones((5, 5), bool))
    np.testing.assert_allclose(ranking.first, 0.2)
    np.testing.assert_allclose(ranking.reciprocal, (1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 5)
    assert not ranking.strictly_first.any()


def test_margins_by_hand():
    similarity = np.array([[0.9, 0.5, 0.2], [0.4, 0.1, 0.3], [0.0, 0.7, 0.7]])
    np.testing.assert_allclose(margins(similarity), [0.4, -0.3, 0.0])
    np.testing.assert_allclose(margins(np.array([[0.9]])), [0.0])


def test_beaten_by_a_rival_only():
    similarity = np.array([[0.5, 0.6], [0.2, 0.3]])
    assert beats_own(similarity, ~np.eye(2, dtype=bool)).tolist() == [True, False]
    assert not beats_own(similarity, np.zeros((2, 2), bool)).any()


def region(name, parent=None, category=None, depth=None):
    return Region(name, "i", ("x",), parent_id=parent, category=category, depth=depth)


def test_relations_of_a_small_tree():
    car, wheel, tire, other = (
        region("car", category="car"),
        region("wheel", "car", "wheel"),
        region("tire", "wheel", "tire"),
        region("wheel2", "car", "wheel"),
    )
    relations = relate([tire, car, other, wheel])
    assert np.argwhere(relations.siblings).tolist() == [[2, 3], [3, 2]]
    assert np.argwhere(relations.look_alikes).tolist() == [[2, 3], [3, 2]]
    assert np.argwhere(relations.parents).tolist() == [[0, 3], [2, 1], [3, 1]]
    assert np.argwhere(relations.children).tolist() == [[1, 2], [1, 3], [3, 0]]
    assert np.argwhere(relations.lineage).tolist() == [[0, 1], [0, 3], [1, 0], [1, 2], [1, 3], [2, 1], [3, 0], [3, 1]]
    assert relations.everyone.sum() == 12


def test_roots_children_are_siblings_only_where_the_tree_is_known():
    assert not relate([region("a"), region("b")]).siblings.any()
    assert relate([region("a", depth=1), region("b", depth=1)]).siblings.sum() == 2


def test_unknown_categories_are_no_look_alikes():
    assert not relate([region("a"), region("b")]).look_alikes.any()


@pytest.mark.parametrize("seed", range(10))
def test_lineage_equals_walking_up(seed):
    generator = random.Random(seed)
    names = [f"r{n}" for n in range(12)]
    parents = {name: generator.choice([None, "absent", *names[:place]]) for place, name in enumerate(names)}
    generator.shuffle(names)
    relations = relate([region(name, parents[name]) for name in names])

    def above(name):
        while (name := parents.get(name)) in parents:
            yield name

    expected = [[b in above(a) or a in above(b) for b in names] for a in names]
    np.testing.assert_array_equal(relations.lineage, expected)


def test_parents_in_a_circle_end():
    relations = relate([region("a", "b"), region("b", "a"), region("c", "c")])
    assert relations.lineage[:2, :2].tolist() == [[False, True], [True, False]]
    assert not relations.lineage[2].any()

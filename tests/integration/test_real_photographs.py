"""The real networks on real photographs: people counted, faces named, strangers left unnamed."""

import pytest
from high_level_algorithms.pipeline import Pipeline

from tests import accuracy

LEAST_EXACT = 0.75
LEAST_WITHIN_ONE = 0.95
LEAST_AUC = 0.99


@pytest.fixture(scope="module")
def counts(real_pipeline: Pipeline) -> list[accuracy.Count]:
    return accuracy.count_people(real_pipeline)


def test_people_are_counted(counts: list[accuracy.Count]) -> None:
    errors = [abs(count.found - count.expected) for count in counts if count.expected]
    assert len(errors) == 14
    assert sum(error == 0 for error in errors) >= LEAST_EXACT * len(errors), counts
    assert sum(error <= 1 for error in errors) >= LEAST_WITHIN_ONE * len(errors), counts


def test_nobody_is_found_where_nobody_is(counts: list[accuracy.Count]) -> None:
    empty = [count for count in counts if not count.expected]
    assert len(empty) == 8
    assert [count for count in empty if count.found] == []


def test_every_enrolled_face_is_named_right_and_no_stranger_named(
    real_pipeline: Pipeline,
) -> None:
    namings = accuracy.name_faces(real_pipeline, accuracy.enrol(real_pipeline))
    assert [naming for naming in namings if naming.found != naming.expected] == []


def test_all_photographs_are_probed(real_pipeline: Pipeline) -> None:
    files = {path.name for path in (accuracy.IMAGES / "faces").iterdir()}
    references = {
        path.name for person in accuracy.PEOPLE for path in accuracy.reference_photographs(person)
    }
    assert files == references | set(accuracy.PROBES)


def test_same_and_different_people_are_separated(real_pipeline: Pipeline) -> None:
    separation = accuracy.separate(real_pipeline)
    assert len(separation.same) >= 20
    assert separation.auc >= LEAST_AUC
    threshold = real_pipeline.identification_threshold
    assert max(separation.different) < threshold < min(separation.same)

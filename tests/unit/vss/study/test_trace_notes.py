import json

from vss.study.trace_notes import TraceNotes


def test_notes_are_found_wherever_they_stand_in_a_segment() -> None:
    notes = TraceNotes()
    notes.add(json.dumps({"annotations": {"init_ms": 900}, "subsegments": []}))
    parts = {"libraries": 400.0, "load_networks": 500.0}
    inner = {"name": "step 8", "metadata": {"vss": {"init_ms": parts}}}
    notes.add(json.dumps({"subsegments": [{"name": "other"}, inner]}))
    assert notes.find("init_ms") == parts


def test_what_was_not_noted_is_empty() -> None:
    assert TraceNotes().find("init_ms") == {}

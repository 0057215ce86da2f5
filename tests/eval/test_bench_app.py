import json

import pytest

from eval.bench.app import added, slope, spread
from eval.bench.app_model import TOOL, _turn, answer_tokens, marker_of
from eval.bench.app_users import Turn, component_of, config_of, event_of, marker, message_of, problem_of

CONFIG = {
    "current_page": "",
    "page": {"": {"dependencies": [1, 2]}},
    "components": [
        {"id": 4, "props": {"elem_classes": ["wb-chat-box"]}},
        {"id": 5, "props": {}},
    ],
    "dependencies": [
        {"id": 0, "targets": [[9, "load"]]},
        {"id": 1, "targets": [[9, "load"]]},
        {"id": 2, "targets": [[4, "submit"]]},
    ],
}


def test_percentiles_of_known_values():
    assert spread([float(n) for n in range(101)]) == {"p50": 50.0, "p95": 95.0, "max": 100.0}
    assert spread([7.0]) == {"p50": 7.0, "p95": 7.0, "max": 7.0}
    assert spread([]) == {}


def test_the_slope_leaves_the_beginning_out():
    samples = [(0.0, 100.0), (60.0, 300.0), (120.0, 310.0), (180.0, 312.0), (240.0, 314.0)]
    assert slope(samples, 120.0) == 2.0
    assert slope(samples, 200.0) is None


def test_what_the_application_added_is_the_turn_without_its_requests():
    turns = [Turn("a", 0.0, took_s=2.0, first_s=1.1), Turn("b", 0.0, took_s=9.0, first_s=1.0, problems=["late"])]
    took = [
        {"marker": "a", "first_s": 0.3, "took_s": 0.5},
        {"marker": "b", "first_s": 0.3, "took_s": 0.5},
        {"marker": "a", "first_s": 0.3, "took_s": 0.8},
    ]
    whole, first = added(turns, took)
    assert whole == [pytest.approx(700.0)]
    assert first == [pytest.approx(300.0)]


def test_a_turn_without_a_record_is_not_counted():
    assert added([Turn("a", 0.0, took_s=2.0, first_s=1.1)], []) == ([], [])


def test_a_marker_is_found_in_a_question_and_its_answer_is_not_a_question():
    made = marker()
    assert marker_of(f"How did we sell? ({made})") == made
    assert marker_of("".join(answer_tokens(made))) == ""


def test_the_model_calls_the_tool_once_in_a_turn():
    old, new = marker(), marker()
    asked = [
        {"role": "user", "content": f"({TOOL}, {old})"},
        {"role": "tool", "content": "1"},
        {"role": "user", "content": f"({TOOL}, {new})"},
    ]
    assert _turn(asked) == (new, True)
    assert _turn([*asked, {"role": "tool", "content": "2"}]) == (new, False)


def test_the_config_is_read_from_a_page():
    html = f"<script>window.gradio_config = {json.dumps(CONFIG)};</script><script>window.x = {{}};</script>"
    config = config_of(html)
    assert event_of(config, "load")["id"] == 1
    assert event_of(config, "submit", component_of(config, "wb-chat-box"))["id"] == 2
    with pytest.raises(LookupError):
        event_of(config, "click")
    with pytest.raises(ValueError, match="no window"):
        config_of("<html></html>")


def test_a_stream_of_events_line_by_line():
    assert message_of('data: {"msg": "heartbeat"}') == {"msg": "heartbeat"}
    assert message_of("") is None
    assert message_of(": a remark") is None


def test_warnings_and_failures_are_problems():
    assert problem_of({"msg": "log", "level": "warning", "log": "no"}) == "warning: no"
    assert problem_of({"msg": "process_completed", "success": False}).startswith("process_completed")
    assert problem_of({"msg": "process_completed", "success": True}) == ""
    assert problem_of({"msg": "process_generating", "success": True}) == ""

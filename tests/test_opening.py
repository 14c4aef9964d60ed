"""What a file must be to stand on the screen; B64: else it is refused with its place."""

import pytest

from taper.document import InvalidPlan, loads
from taper.intake import InvalidIntake, regimen
from taper.ui.shape import check

MISSHAPEN = {
    '{"start": 1.5}': "start",
    '{"other": {"more": [1.5]}}': "other.more[0]",
    '{"label": "\\ud800"}': "label",
    '{"regimen": [{"doses_mg": {"\\ud800": "1"}}]}': "regimen[0].doses_mg",
    '{"regimen": [{"doses_mg": {"morning": 5}}]}': "regimen[0].doses_mg.morning",
    '{"regimen": null}': "regimen",
    '{"regimen": [7]}': "regimen[0]",
    '{"times": []}': "times",
    '{"times": ["a", "a"]}': "times",
    '{"phases": [{"kind": "reduce", "by": 5}]}': "phases[0].by",
    '{"phases": [{"kind": "reduce", "steps": []}]}': "phases[0].steps",
    '{"phases": [{"kind": "set", "steps": 5}]}': "phases[0].steps",
    '{"phases": [{"kind": "switch", "moving": {"equal_steps": []}}]}': "phases[0].moving",
    '{"edits": [{"step": true}]}': "edits[0].step",
    "[]": "must be an object",
    "{}": "format: must be taper-plan/1, got nothing",
    '{"format": "taper-plan/99"}': "format: must be taper-plan/1, got 'taper-plan/99'",
}


@pytest.mark.parametrize("text", MISSHAPEN)
def test_what_no_field_could_show_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(InvalidPlan) as refused:
        check(loads(text))
    assert MISSHAPEN[text] in str(refused.value)


def test_what_is_unfinished_or_wrong_in_a_field_is_opened() -> None:
    document = loads(
        '{"format": "taper-plan/1", "regimen": [{"drug": "", "doses_mg": {"morning": "2,5"}}],'
        ' "phases": [{"kind": "set", "steps": [{"days": "x", "doses_mg": {}}]},'
        ' {"kind": "reduce", "steps": 3, "taking_from": {"in_turn": ["morning"]},'
        ' "by": {"equal_steps": 4}}], "new": {"a": 1}}'
    )
    assert check(document) == document


def test_a_line_of_any_length_is_answered_at_once() -> None:
    with pytest.raises(InvalidIntake, match="1000 characters"):
        regimen("9" * 200_000, ["morning"])

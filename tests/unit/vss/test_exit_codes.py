import pytest
import typer
from deep_learning.errors import ConfigurationError, SurveillanceError

from vss.exit_codes import exit_codes


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SurveillanceError("no such stage"), 1),
        (ConfigurationError("batch size 11, allowed: 1 to 10"), 2),
        (FileNotFoundError("frame.jpg"), 1),
        (ZeroDivisionError("what a client raises"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_an_error_is_a_line_and_an_exit_code(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, exit_codes(ZeroDivisionError):
        raise error
    assert ended.value.exit_code == code
    assert str(error) in capsys.readouterr().err


def test_an_error_of_another_kind_is_a_defect_and_shown_as_one() -> None:
    with pytest.raises(ZeroDivisionError), exit_codes():
        raise ZeroDivisionError

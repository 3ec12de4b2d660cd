from tandem import errors
from tandem.provider.codes import SENTENCES, told


def every_error(base: type = errors.TandemError) -> list[type]:
    mine = [base] if base.__module__ == errors.__name__ else []
    return mine + [e for sub in base.__subclasses__() for e in every_error(sub)]


def test_every_error_has_a_sentence_and_a_code() -> None:
    for error in every_error():
        answer = told(error("secret detail", party=1))
        assert answer["code"] == error.code and answer["data"] == {"reason": error.reason}
        assert "secret" not in str(answer)
    assert {e.reason for e in every_error()} == set(SENTENCES)


def test_only_a_cheat_bans() -> None:
    assert [e for e in every_error() if e.must_ban] == [errors.CheatedOT]

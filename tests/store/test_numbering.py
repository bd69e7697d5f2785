"""Numbers for very many uids: the same as a dict would give, through every growth."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo.store.numbering import Numbers


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text(max_size=3), unique=True, max_size=30), max_size=8))
def test_each_uid_keeps_the_number_of_its_first_mention(batches: list[list[str]]) -> None:
    numbers, known = Numbers(), dict[str, int]()
    for batch in batches:
        expected = [known.setdefault(uid, len(known)) for uid in batch]
        assert numbers.give(batch).tolist() == expected
    assert numbers.count == len(known)
    assert numbers.find(list(known)).tolist() == list(known.values())
    assert numbers.find(["not there", "nor this"]).tolist() == [-1, -1]


def test_it_grows_beyond_its_first_room() -> None:
    numbers = Numbers()
    uids = [f"nation:r{number:07}" for number in range(300_000)]
    assert numbers.give(uids[:1]).tolist() == [0]
    assert numbers.give(uids[:200_000]).tolist() == list(range(200_000))
    for begin in range(0, len(uids), 7_000):
        numbers.give(uids[begin : begin + 7_000])
    assert numbers.find(uids).tolist() == list(range(300_000))
    assert (numbers.find([f"other:{number}" for number in range(10_000)]) == -1).all()

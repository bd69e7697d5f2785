"""Names of files are safe on every file system, always the same, and never of two uids."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ea_repo.publishing import addresses

ODD = st.text(min_size=1, max_size=120) | st.sampled_from(
    ["..", ".", "con", "CON", "con.txt", "nul", "index", "a/b", "a\\b", "a%2Fb", "é", "e\u0301", "E", "e", "x" * 300]
)


@given(ODD)
def test_a_name_is_one_that_every_file_system_takes(name: str) -> None:
    found = addresses.file_name(name)
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*", found)
    assert len(found) <= 80
    assert not found.endswith(".")
    assert ".." not in found
    assert found.partition(".")[0] not in {"con", "prn", "aux", "nul", "com1", "lpt1", "index"}


@given(ODD, ODD)
def test_two_names_have_two_files(one: str, other: str) -> None:
    assert (addresses.file_name(one) == addresses.file_name(other)) == (one == other)


@given(ODD)
def test_no_name_is_that_of_the_file_made_for_another(name: str) -> None:
    made = addresses.file_name(name)
    if made != name:
        assert addresses.file_name(made) != made


@pytest.mark.parametrize("name", ["id-ca313e09a1ac405a9c75748a195e7d55", "tax", "tax-office", "v1.2", "7"])
def test_a_plain_name_stays_as_it_is(name: str) -> None:
    assert addresses.file_name(name) == name

"""Whatever a spoiled file holds, each reader reads it or refuses it in one sentence: a small dose, and the long campaign."""

import io
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo import catalogue
from ea_repo.errors import InvalidInput, MalformedRequest
from ea_repo.exchange.format import LineReader, Planner, Reader
from ea_repo.exchange.importing import import_file
from ea_repo.metamodel import standard
from ea_repo.metamodel.profile import merge
from ea_repo.planning.index.framework import read_framework
from ea_repo.planning.informatization.reference_file import categories
from ea_repo.repository import Repository
from tests.analysis.test_questions import SMALL_DOSE
from tests.exchange.governments import government
from tests.exchange.spoiled_readers import CORPUS, TARGETS
from tests.exchange.spoiling import one

__all__ = ["government"]
#: Those whose files are all from there.
OF_CORPUS = ("archi", "archimate-exchange", "archi-csv")


def test_every_format_that_is_read_is_spoiled() -> None:
    reads = (Reader, Planner, LineReader)
    read = {name for name, entry in catalogue.entries("format").items() if isinstance(entry.subject, reads)}
    assert read - TARGETS.keys() == set()


@pytest.mark.parametrize("reader", TARGETS)
def test_a_spoiled_file_is_read_or_refused_in_one_sentence(government: Repository, reader: str) -> None:
    if reader in OF_CORPUS and not CORPUS.exists():
        pytest.skip(f"the published models are not at {CORPUS}")

    @settings(SMALL_DOSE, max_examples=8)
    @given(first=st.integers(0, 2**40))
    def holds(first: int) -> None:
        one(reader, government, first)

    holds()


@pytest.mark.soak
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("reader", TARGETS)
def test_for_ten_minutes_no_crash_no_hang_and_no_memory_above_500_megabytes(reader: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.exchange.spoiling", reader, "--minutes", "10"], capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_what_a_key_of_a_line_holds_cannot_break_the_sentence(government: Repository) -> None:
    """Found by the campaign."""
    line = b'{"record": "model", "identifier": "m", "name": "M", "transl\\nations": {}}\n'
    with pytest.raises(MalformedRequest, match="a line of model has no transl ations; it has"):
        import_file(government, io.BytesIO(line), model="new", author="t", dry_run=True)


@pytest.mark.parametrize("read", [read_framework, lambda text: merge(standard(), text)])
def test_a_text_that_is_nested_too_deep_is_refused(read: Callable[[str], object]) -> None:
    """Found by the campaign, as the next."""
    with pytest.raises(InvalidInput, match="is nested too deep"):
        read(f"a = {'[' * 20_000}")


def test_a_fault_of_a_profile_is_told_in_one_line_whatever_a_name_holds() -> None:
    with pytest.raises(InvalidInput) as caught:
        merge(standard(), '[profile]\nname = "a"\n[[type]]\nname = "V"\nrefines = """Equip\nment"""\nlabel.en = "V"\n')
    assert "\n" not in caught.value.detail


def test_a_scale_of_a_framework_that_is_no_text_is_told() -> None:
    """Found by the campaign."""
    with pytest.raises(InvalidInput) as caught:
        read_framework('code = "x"\nname = "X"\n[[part]]\ncode = "1"\nname = "One"\nweight = 100\nscale = ["a"]\n')
    assert [each.pointer for each in caught.value.errors] == ["part[0].scale"]


def test_a_fault_of_a_reference_model_is_told_in_one_line() -> None:
    """Found by the campaign."""
    with pytest.raises(InvalidInput, match=r'reserved is "ye s"'):
        categories(b'code,name,reserved\nRAB.1,Money,"ye\ns"\n', "RAB")

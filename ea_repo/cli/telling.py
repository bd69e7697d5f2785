"""Errors for people and programs: one line that says what to do, or with --json the problem document of the service."""

import json
import os
import re
import sys
import tempfile
import traceback
from collections.abc import Sequence
from typing import Any

from typer.exceptions import TyperException

from ea_repo.errors import Problem, RepositoryError

MOST_PROBLEMS = 20
WRONG_USAGE = 2
INTERRUPTED = 130
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


class Unexpected(RepositoryError):
    """A defect of ours."""

    title = "Unexpected error"


def tell(error: RepositoryError, arguments: Sequence[str]) -> int:
    """Says what went wrong; the exit code."""
    if "--json" in arguments:
        print_json(error.to_json())
        return error.exit_code
    complain(error.detail)
    for problem in _not_yet_told(error):
        sys.stderr.write(f"  {one_line(_place(problem))}\n")
    if len(error.errors) > MOST_PROBLEMS:
        sys.stderr.write(f"  and {len(error.errors) - MOST_PROBLEMS} more; --json shows all\n")
    return error.exit_code


def tell_usage(error: TyperException, arguments: Sequence[str]) -> int:
    """Says what is wrong with the command line; the exit code."""
    context = getattr(error, "ctx", None)
    hint = f"see {context.command_path} --help" if context else "see ea-repo --help"
    if "--json" in arguments:
        detail = f"{one_line(error.format_message())}; {hint}"
        print_json({"type": "/problems/usage", "title": "Wrong usage", "code": "usage", "detail": detail})
        return WRONG_USAGE
    complain(f"{error.format_message().rstrip('.')}; {hint}")
    return WRONG_USAGE


def unexpected(error: Exception) -> Unexpected:
    """The error to tell in place of one that nobody foresaw. Its story goes to a file, not to the screen."""
    with tempfile.NamedTemporaryFile(
        "w", prefix="ea-repo-error-", suffix=".txt", encoding="utf-8", delete=False
    ) as story:
        story.writelines(traceback.format_exception(error))
    summary = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Unexpected(f"unexpected {summary}; this is a defect, please report it with {story.name}")


def complain(text: str) -> None:
    sys.stderr.write(f"error: {one_line(text)}\n")


def leave_pipe() -> int:
    """Whoever read our output has left: nothing more is to be said, not even at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def one_line(text: str) -> str:
    """The text without line ends and control characters, which a name in a file may hold."""
    return _CONTROL.sub(" ", text).strip()


def _not_yet_told(error: RepositoryError) -> Sequence[Problem]:
    """The places beyond that which the sentence itself tells."""
    if len(error.errors) < 2:
        return ()
    told = error.errors[0].detail in error.detail
    return error.errors[1 if told else 0 : MOST_PROBLEMS]


def _place(problem: Problem) -> str:
    """Where and what, each once: a JSON pointer is for programs, and many sentences say their place themselves."""
    begun = re.split(r"[:\s]", problem.pointer, maxsplit=1)[0]
    where = "" if begun.startswith("/") or begun in problem.detail else f"{problem.pointer}: "
    expected = problem.expected if problem.expected and problem.expected not in problem.detail else None
    return f"{where}{problem.detail}" + (f" (expected: {expected})" if expected else "")

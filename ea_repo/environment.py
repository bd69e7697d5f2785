"""The environment, read here alone, as it stands: what it means is for `settings` to judge. Only `os` is imported."""

import os

PREFIX = "EA_REPO_"
FILE_NAME = "ea-repo.toml"
FILE_VARIABLE = f"{PREFIX}CONFIG"


def variables() -> dict[str, str]:
    """All variables with the prefix of the settings."""
    return {name: text for name, text in os.environ.items() if name.startswith(PREFIX)}


def variable(name: str) -> str:
    """What a setting's variable says; empty where it says nothing."""
    return os.environ.get(f"{PREFIX}{name.upper()}", "")


def settings_file() -> str:
    """The path of the file with the settings, which need not be there."""
    return os.environ.get(FILE_VARIABLE) or FILE_NAME


def cache_home() -> str:
    """The folder for what programs can make anew (XDG Base Directory Specification)."""
    return os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")


def program(name: str) -> str:
    """Where a program of that name stands on the path, empty where it does not: `shutil.which` takes long to import."""
    places = (os.path.join(folder, name) for folder in os.environ.get("PATH", "").split(os.pathsep))
    return next((place for place in places if os.access(place, os.X_OK)), "")


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

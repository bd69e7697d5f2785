"""Schema upgrades, shipped with the package. `ea-repo db` runs them; `alembic -x url=... upgrade head` does in a clone."""

"""Viewpoints, one a module: functions from a State to a Drawing, entered in the catalogue."""

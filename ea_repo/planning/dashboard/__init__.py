"""Dashboards: for each of the six projects the ten figures that a planner looks at first, each with the list behind it."""

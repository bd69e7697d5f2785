"""Informatization of government work: reference models, what is covered by systems and what is not, what may be built twice."""

"""Drawings to files: one module a format. None of them decides what is drawn or where."""

"""Inventories of any shape: a mapping says what their columns mean (`mapping`), and what they change is worked out."""

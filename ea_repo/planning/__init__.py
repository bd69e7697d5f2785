"""The government's own work: roadmap, informatization, sharing, index, information resources, records.

A report is a function from a State to rows, entered in the catalogue; one folder a project. What dates, weights, rates and
cut-offs decide stands in TOML beside the module that reads it, so that a government can set it.
"""

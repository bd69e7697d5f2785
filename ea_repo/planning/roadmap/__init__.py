"""The roadmap of the master plan: initiatives over time, what each does to the architecture, and what it costs.

`scheduling` computes and knows nothing of a repository; `plan` reads the initiatives, `timetable` puts them on days; each
report is a module of its own. Which states bind and which count is `rules.toml`.
"""

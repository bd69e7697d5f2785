"""The e-government index: frameworks as data, levels of agencies by round, scores, bands, ranking, trend and what-if."""

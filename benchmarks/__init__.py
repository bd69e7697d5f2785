"""Each figure that the documentation claims, measured again as a ratio in one run: `make bench`."""

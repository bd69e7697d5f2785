"""Administrative information sharing: who gives which data to whom, on what ground, and what should be asked only once."""

"""Documents and records: what is kept, for how long, what becomes of it, and the proof that it is what it was."""

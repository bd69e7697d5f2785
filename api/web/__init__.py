"""The pages for people: what is in the repository, one concept, one view, what was changed. Readable without JavaScript."""

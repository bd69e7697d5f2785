"""A repository, a model or an agency as a static site: pages that open from a file or any web server.

`publish` (in `publication`) writes it. `pages` and `lists` say what stands on each page, `pictures` draws,
`search_index` makes the search of the browser, `manifest` knows what was written before. Nothing here serves anything.
"""

"""The web service: the repository over HTTP, for programs and people. It holds no rules; those are the library's."""

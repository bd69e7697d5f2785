"""Which language a request asks for."""

from fastapi import Request

from ea_repo.wording import LANGUAGES


def language_of(request: Request, parameter: str, fallback: str) -> str:
    """As the address says in the parameter, else the first that the client accepts and we have, else the service's."""
    accepted = [
        each.partition(";")[0].strip()[:2].lower() for each in request.headers.get("accept-language", "").split(",")
    ]
    asked = [request.query_params.get(parameter, ""), *accepted]
    return next((each for each in asked if each in LANGUAGES), fallback)

"""The application: routers, middleware and the repository they serve."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Any

from fastapi import APIRouter, FastAPI

from api import (
    books,
    changesets,
    differences,
    dispositions,
    documents,
    elements,
    exports,
    folders,
    health,
    imports,
    index,
    investment_reviews,
    metamodel,
    models,
    operating_reviews,
    papers,
    problems,
    reference_models,
    relationships,
    roadmap,
    seals,
    search,
    views,
)
from api.catalogue import analysis_router, diagrams_router, planning_router
from api.document import DESCRIPTION, Methods, document
from api.encoding import API, VERSION
from api.guard import Guard
from api.remembered import Remembered
from api.web import docs, pages
from ea_repo.repository import Repository, open_repository
from ea_repo.settings import Settings, read_settings

#: Addresses under which files are sent, which may be large.
UPLOADS = (
    f"{API}/imports",
    f"{API}/documents",
    f"{API}/planning/reference-models",
    f"{API}/planning/seal",
    f"{API}/planning/agreements",
)


class Service(FastAPI):
    """The application. `state.repository` and `state.settings` are what its endpoints work with."""

    #: Whether a request without a token is refused wherever it comes from.
    token_needed = False

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = document(self, token_needed=self.token_needed)
        return self.openapi_schema

    @cached_property
    def methods(self) -> Methods:
        return Methods(self.openapi())

    def methods_at(self, path: str) -> list[str]:
        return self.methods.at(path)


def create_app(
    repository: Repository | str,
    settings: Settings | None = None,
    *,
    on_loopback: bool = True,
    hosts: tuple[str, ...] = (),
) -> Service:
    """The service over a repository, or over the database at an address, which is then opened here and closed at the end.

    `SchemaOutOfDate` where the database does not fit. `on_loopback` tells that only this machine reaches the server:
    then nobody needs a token. `hosts` are names under which it is reached, besides those of the settings.
    """
    settings = settings or read_settings()
    opened = open_repository(repository) if isinstance(repository, str) else repository

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        if opened is not repository:
            opened.close()

    app = Service(
        title="Enterprise architecture repository",
        summary="What there is, what depends on what, and how it will change.",
        description=DESCRIPTION,
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        telemetry={"tracing": False, "metrics": False},
        generate_unique_id_function=lambda route: str(route.name),
    )
    app.token_needed = not on_loopback
    app.state.repository = opened
    app.state.settings = settings
    app.state.methods_at = app.methods_at
    app.state.remembered = {}
    app.state.remembered_answers = Remembered()
    app.state.error_page = pages.error_page
    problems.install(app)
    for router in _routers():
        app.include_router(router, prefix=API)
    app.include_router(docs.router)
    app.include_router(pages.router)
    app.mount("/static", docs.static_files())
    app.add_middleware(
        Guard,
        hosts=(*settings.allowed_hosts, *hosts),
        most_bytes=settings.upload_bytes,
        uploads=UPLOADS,
        on_loopback=on_loopback,
    )
    return app


def _routers() -> tuple[APIRouter, ...]:
    """Those asked most first: addresses are looked for in this order."""
    return (
        elements.router,
        relationships.router,
        search.router,
        analysis_router(),
        planning_router(),
        papers.router,
        diagrams_router(),
        books.router,
        changesets.router,
        models.router,
        views.router,
        folders.router,
        metamodel.router,
        differences.router,
        imports.router,
        index.router,
        roadmap.router,
        reference_models.router,
        investment_reviews.router,
        operating_reviews.router,
        dispositions.router,
        seals.router,
        documents.router,
        exports.router,
        health.router,
    )

"""Interactive documentation at /docs. Everything it loads is served from here, so that it works with no internet."""

from importlib.resources import files

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

from api.web.site import render

router = APIRouter(include_in_schema=False)


def static_files() -> StaticFiles:
    """Style, scripts and vendored files; `vendored.csv` names where each of those is from."""
    return StaticFiles(directory=str(files("api").joinpath("web", "static")))


@router.get("/docs", response_class=HTMLResponse)
def docs(request: Request) -> Response:
    """Swagger UI over this service's own document."""
    return render(request, "docs.html")


@router.get("/redoc")
def redoc() -> Response:
    return RedirectResponse("/docs")

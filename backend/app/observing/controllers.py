import hmac
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.datastructures import State

from app.auth.guards import public
from app.config import Settings
from app.lib.problems import NotFound, Unauthenticated
from app.observing.services import MetricsService


class MetricsController(Controller):
    path = "/metrics"
    include_in_schema = False

    @get("/", guards=[public("Prometheus shows METRICS_TOKEN; without one there is nothing here")])
    async def get_metrics(self, request: Request[Any, Any, Any], state: State, settings: Settings) -> Response[bytes]:
        """Figures of jobs and requests for Prometheus."""
        token = settings.observing.metrics_token
        if not token:
            raise NotFound("There is nothing at this address.")
        authorization = request.headers.get("authorization", "")
        if not hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode()):
            raise Unauthenticated("Show the METRICS_TOKEN as Authorization: Bearer.")
        metrics: MetricsService = state.metrics
        return Response(await metrics.expose(), media_type="text/plain; version=0.0.4")

"""Puts the rooms together."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.datastructures import State
from litestar.middleware import DefineMiddleware
from litestar.plugins import CLIPlugin, InitPlugin

from app.auth.access_tokens import AccessTokens
from app.auth.passwords import Passwords
from app.auth.rate_limits import RateLimiter
from app.auth.request_limits import RequestLimiter
from app.auth.signing_keys import SigningKeys
from app.config import Settings, get_settings
from app.db.engine import create_counting_engine, create_engine, create_health_engine
from app.db.request import RequestSessions
from app.db.roles import refuse_unsafe_role
from app.db.session import SessionFactory, create_session_factory
from app.events.hub import EventHub
from app.federation.providers import Providers
from app.lib.logs import configure_logging
from app.observing.exporting import exporting_traces
from app.observing.request_metrics import RequestMetrics
from app.observing.services import MetricsService
from app.second_factors.challenges import Challenges
from app.server.access_log import AccessLog
from app.server.declared import refuse_undeclared_routes
from app.server.deps import DEPENDENCIES
from app.server.gate import Gate
from app.server.headers import SecurityHeaders
from app.server.idempotency import AnsweredBefore, IdempotentAnswers, answer_again
from app.server.openapi import document_access, openapi_config
from app.server.problems import EXCEPTION_HANDLERS
from app.server.queue import queue_plugin
from app.server.rate_limits import RateLimits
from app.server.requests import AppRequest
from app.server.routes import route_handlers
from app.server.stopping import LastAnswers, Stopping
from app.server.tracing import RequestTracing
from app.server.web import WebFiles


def create_app(
    settings: Settings | None = None,
    *,
    plugins: Sequence[InitPlugin | CLIPlugin] = (),
    sessions: SessionFactory | None = None,
) -> Litestar:
    """Build the application for the given settings, or for the process's own; tests bring their own session factory."""
    settings = settings or get_settings()
    configure_logging(settings.log_level, settings.log_format)
    engine = create_engine(settings.database)
    counting_engine = create_counting_engine(settings.database)
    health_engine = create_health_engine(settings.database)
    counting_sessions = sessions or create_session_factory(counting_engine)
    sessions = sessions or create_session_factory(engine)
    request_limiter = RequestLimiter(settings)
    signing_keys = SigningKeys(sessions, settings.secret_key)
    request_metrics = RequestMetrics()
    hub = EventHub(settings.database, sessions)
    providers = Providers(settings)
    stopping = Stopping(settings.drain_seconds, hub)

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncGenerator[None]:
        await refuse_unsafe_role(engine, settings)
        async with exporting_traces(settings.observing, "quittance-api"):
            await hub.start()
            try:
                with stopping.on_sigterm():
                    yield
            finally:
                await hub.stop()
                await providers.close()
                await engine.dispose()
                await counting_engine.dispose()
                await health_engine.dispose()

    app = Litestar(
        route_handlers=route_handlers(settings),
        dependencies=DEPENDENCIES,
        exception_handlers={**EXCEPTION_HANDLERS, AnsweredBefore: answer_again},
        middleware=[
            DefineMiddleware(LastAnswers, stopping=stopping),
            DefineMiddleware(RequestTracing),
            DefineMiddleware(AccessLog, metrics=request_metrics),
            DefineMiddleware(SecurityHeaders, settings=settings),
            DefineMiddleware(RateLimits, settings=settings, limiter=request_limiter),
            DefineMiddleware(Gate, settings=settings),
            DefineMiddleware(RequestSessions, factory=sessions),
            DefineMiddleware(IdempotentAnswers),
        ],
        plugins=[queue_plugin(settings, sessions), *plugins],
        lifespan=[lifespan],
        state=State(
            {
                "settings": settings,
                "engine": engine,
                "health_engine": health_engine,
                "sessions": sessions,
                "passwords": Passwords(),
                "limiter": RateLimiter(counting_sessions, settings.secret_key),
                "request_limiter": request_limiter,
                "challenges": Challenges(counting_sessions, settings.secret_key),
                "signing_keys": signing_keys,
                "access_tokens": AccessTokens(settings, signing_keys),
                "event_hub": hub,
                "stopping": stopping,
                "providers": providers,
                "web_files": WebFiles(settings.web_dir),
                "metrics": MetricsService(sessions, request_metrics),
            }
        ),
        openapi_config=openapi_config(settings) if settings.is_development else None,
        request_class=AppRequest,
        request_max_body_size=settings.max_request_bytes,
        debug=settings.is_debug,
        logging_config=None,
    )
    refuse_undeclared_routes(app, settings)
    document_access(app)
    return app

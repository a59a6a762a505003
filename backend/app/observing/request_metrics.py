"""How long this process took for its requests, by route."""

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

_BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class RequestMetrics:
    """Counts in memory, so it is this process's alone; the registry also tells its CPU time, memory and open files."""

    def __init__(self) -> None:
        disable_created_metrics()  # as many series again, which nobody reads
        self.registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._durations = Histogram(
            "quittance_http_request_duration_seconds",
            "Requests that this process answered, and how long that took.",
            ("method", "route", "status"),
            buckets=_BUCKETS_SECONDS,
            registry=self.registry,
        )
        self._known: dict[tuple[str, str, int], Histogram] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        key = (method, route, status)
        child = self._known.get(key)
        if child is None:
            child = self._known[key] = self._durations.labels(method, route, str(status))
        child.observe(seconds)

"""The application as `litestar workers run` loads it in production, with one task more."""

from benchmarks.queue import ours_task as ours_task

# isort: split
from app.asgi import app as app

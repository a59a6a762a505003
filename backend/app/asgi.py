"""What uvicorn and the litestar command load."""

from app.cli.plugin import CommandsPlugin
from app.server.app import create_app

app = create_app(plugins=[CommandsPlugin()])

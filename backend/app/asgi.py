"""What uvicorn and the litestar command load."""

import gc

from app.cli.plugin import CommandsPlugin
from app.server.app import create_app

app = create_app(plugins=[CommandsPlugin()])

# What is loaded by now stays until the end; walking over it again would hold every request up for a tenth of a second.
gc.collect()
gc.freeze()

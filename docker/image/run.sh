#!/bin/sh
# What the image runs. Each becomes the container's first process, so that it gets SIGTERM itself; anything else is run as it stands.
set -eu
case "${1:-web}" in
  web)
    # Connections that wait for their next request outlive a load balancer's sixty seconds, so that it never writes into a closed one.
    exec uvicorn app.asgi:app --host 0.0.0.0 --port 8000 --no-access-log --no-proxy-headers --no-server-header \
      --timeout-keep-alive 75 --timeout-graceful-shutdown 10
    ;;
  worker) exec litestar workers run ;;
  migrate) exec litestar db upgrade ;;
  *) exec "$@" ;;
esac

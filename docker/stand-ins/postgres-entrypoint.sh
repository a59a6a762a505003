#!/bin/bash
# As much of the official entry point as docker-compose.yml relies on.
set -euo pipefail
if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /tmp/sockets
  chown -R postgres: /var/lib/postgresql /tmp/sockets
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi
export PGHOST=/tmp/sockets
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # shellcheck disable=SC2086 # options, separated by spaces
  initdb --username=postgres --pwfile=<(printf '%s' "$POSTGRES_PASSWORD") --auth-host=scram-sha-256 --auth-local=trust \
    --encoding=UTF8 --locale=C ${POSTGRES_INITDB_ARGS:-} >/dev/null
  echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"
  pg_ctl --silent --wait --options="-c listen_addresses= -c unix_socket_directories=$PGHOST" start
  export POSTGRES_USER=postgres
  for script in /docker-entrypoint-initdb.d/*.sh; do
    # The official one sources what isn't executable; ours always are.
    "$script"
  done
  pg_ctl --silent --wait --mode=fast stop
fi
exec postgres -c "listen_addresses=*" -c "unix_socket_directories=$PGHOST"

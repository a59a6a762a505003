#!/usr/bin/env bash
# From a fresh clone to a dashboard with data: clones this repository, installs, starts everything, waits for the demo
# team's figures, stops everything. Prints each step's seconds; exits non-zero above the budget or when anything is left running.
set -euo pipefail

budget_seconds=${FIRST_RUN_BUDGET_SECONDS:-90}
repository=$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)
folder=$(mktemp -d "${TMPDIR:-/tmp}/quittance-first-run.XXXXXX")
clone=$folder/quittance
log=$folder/log
runner=""

finish() {
  status=$?
  if [ -n "$runner" ] && kill -0 "$runner" 2>/dev/null; then
    kill -TERM "$runner" && wait "$runner" || true
  fi
  if [ "$status" -ne 0 ] && [ -s "$log" ]; then
    echo "--- the last lines of what ran in the clone:" >&2
    tail -n 40 "$log" >&2
  fi
  rm -rf "$folder"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

now() { python3 -c 'import time; print(f"{time.time():.2f}")'; }
seconds() { awk -v from="$1" -v to="$2" 'BEGIN { printf "%.1f", to - from }'; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# What a developer has set for the working copy must not leak into the clone.
unset APP_ENV APP_URL DATABASE_URL DATABASE_OWNER_URL MAKEFLAGS MFLAGS MAKELEVEL VIRTUAL_ENV PYTHONPATH
API_PORT=$(free_port)
WEB_PORT=$(free_port)
export API_PORT WEB_PORT

started=$(now)
git clone --quiet --no-hardlinks "$repository" "$clone"
cloned=$(now)
echo "clone    $(seconds "$started" "$cloned") s"

make -C "$clone" install >>"$log" 2>&1
installed=$(now)
echo "install  $(seconds "$cloned" "$installed") s"

make -C "$clone" dev-all >>"$log" 2>&1 &
runner=$!
probe=$clone/backend/benchmarks/first_run_probe.py
"$clone/backend/.venv/bin/python" "$probe" wait "http://localhost:$WEB_PORT" "$runner"
answered=$(now)
echo "boot     $(seconds "$installed" "$answered") s, to the demo team's dashboard with data"

kill -TERM "$runner"
wait "$runner" || true
runner=""
stopped=$(now)
echo "stop     $(seconds "$answered" "$stopped") s"
"$clone/backend/.venv/bin/python" "$probe" leftovers "$clone"

total=$(seconds "$started" "$answered")
echo "first_run_seconds=$total install_seconds=$(seconds "$cloned" "$installed") boot_seconds=$(seconds "$installed" "$answered")"
awk -v total="$total" -v budget="$budget_seconds" 'BEGIN { exit !(total <= budget) }' || {
  echo "The budget is $budget_seconds s." >&2
  exit 1
}

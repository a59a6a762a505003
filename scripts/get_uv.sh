#!/bin/sh
# Puts the locked uv into .tools/uv, with whichever Python >= 3.10 this machine has. Called by `make install`.
set -eu
cd "$(dirname "$0")/.."
lock=backend/requirements/tools.lock
target=.tools/uv

python=""
for candidate in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python; do
  # Run it, not just look for it: pyenv's shims exist for versions that aren't active.
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "Quittance needs any Python >= 3.10 to fetch its tools, and none was found on PATH. Install one (python3) and run make install again." >&2
  exit 1
fi

rm -rf "$target"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if "$python" -m venv "$target" >"$log" 2>&1 && "$target/bin/python" -m pip install --quiet --require-hashes -r "$lock" >>"$log" 2>&1; then
  exit 0
fi
# Debian splits venv's ensurepip into a package of its own; pip alone can still unpack the wheel.
rm -rf "$target"
if "$python" -m pip install --quiet --require-hashes --target "$target" -r "$lock" >>"$log" 2>&1 && [ -x "$target/bin/uv" ]; then
  exit 0
fi
rm -rf "$target"
if uv --version >/dev/null 2>&1; then
  mkdir -p "$target/bin"
  ln -s "$(command -v uv)" "$target/bin/uv"
  exit 0
fi
cat "$log" >&2
echo "uv could not be installed into $target. With Debian's own Python, apt-get install python3-venv helps; any uv on PATH does too." >&2
exit 1

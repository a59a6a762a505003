#!/bin/sh
# Runs the tests of the release before on the schema of this one: while a deploy rolls out, the release before works with it.
# PREVIOUS names that release; else it is the newest tag v*, or what main was when this branch left it. Other arguments are pytest's.
set -eu
cd "$(dirname "$0")/.."
here=$PWD
versions=backend/alembic/versions
previous=${PREVIOUS:-$(git describe --tags --abbrev=0 --match 'v*' HEAD~1 2>/dev/null || git merge-base HEAD origin/main)}
name=$(git describe --tags --always "$previous")
new=$( (git diff --name-only "$previous" -- "$versions"; git ls-files --others --exclude-standard -- "$versions") | wc -l)
if [ "$new" -eq 0 ]; then
  echo "previous=$name new_migrations=0 tests=none"
  exit 0
fi

folder=$(mktemp -d)
trap 'git worktree remove --force "$folder/release" 2>/dev/null || true; rm -rf "$folder"' EXIT
git worktree add --quiet --detach "$folder/release" "$previous"
cd "$folder/release"
ln -s "$here/.tools" .tools
[ ! -d "$here/frontend/node_modules" ] || ln -s "$here/frontend/node_modules" frontend/node_modules
rm -rf "$versions"
cp -R "$here/$versions" "$versions"
# Not what holds the schema itself against the models, and not what is no matter of the database.
make test-backend PYTEST_WORKERS="${PYTEST_WORKERS:-2}" \
  ARGS="--ignore=tests/db --ignore=tests/pipelines --ignore-glob=tests/test_*.py ${*:-}"
echo "previous=$name new_migrations=$((new)) tests=passed"

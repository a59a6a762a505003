#!/bin/sh
# Checks what runs the checks: workflows, Dependabot's configuration, shell scripts, and ci.yml itself by act. Offline.
# Called by `make check-pipelines`, which puts the tools on PATH.
set -eu
cd "$(dirname "$0")/.."
workflows=$(find .github/workflows -name '*.yml')
yamllint --strict .github .yamllint.yml docker-compose*.yml
zizmor --quiet --offline --strict-collection .github
actionlint
# shellcheck disable=SC2086
check-jsonschema --quiet --builtin-schema vendor.github-workflows $workflows
check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
# shellcheck disable=SC2046
check-jsonschema --quiet --builtin-schema vendor.github-actions $(find .github/actions -name action.yml)
# shellcheck disable=SC2046
shellcheck --severity=warning $(git ls-files '*.sh') .ci/run
python scripts/act_ci.py
echo "pipelines=passed"

# Every command of Quittance. `make` alone lists them; `make dev-all` is the one to try first.
# Targets and prerequisites are relative paths and recipes quote theirs, so the clone may live under a path with spaces.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PNPM_VERSION := 12.21.0
UV := .tools/uv/bin/uv
VENV := backend/.venv
PYTHON := $(VENV)/bin/python
PNPM := .tools/pnpm-$(PNPM_VERSION)/node_modules/.bin/pnpm
BACKEND_READY := $(VENV)/.installed
BENCH_VENV := backend/.venv-bench
BENCH_READY := $(BENCH_VENV)/.installed
PIPELINES_VENV := backend/.venv-pipelines
PIPELINES_READY := $(PIPELINES_VENV)/.installed
FRONTEND_READY := frontend/node_modules/.installed
PYTEST_WORKERS ?= 2

# jsdom 31 decides: ^22.22.2 or >= 24.15. Anything older gets the Node that comes as a Python wheel.
NODE_OK := $(shell node -p 'const [a,b,c]=process.versions.node.split(".").map(Number); (a===22&&(b>22||b===22&&c>=2))||(a===24&&b>=15)||a>24' 2>/dev/null)
ifneq ($(NODE_OK),true)
NODE_READY := .tools/node/bin/npm
NODE_PATH_PREFIX := $(CURDIR)/.tools/node/bin:
endif
export PATH := $(NODE_PATH_PREFIX)$(CURDIR)/$(VENV)/bin:$(PATH)
export LITESTAR_APP := app.asgi:app
export NEXT_TELEMETRY_DISABLED := 1
# An interpreter that uv has to download stays inside the project.
export UV_PYTHON_INSTALL_DIR := $(CURDIR)/.tools/python
# A virtual environment that happens to be active must not become the target.
unexport VIRTUAL_ENV

IN_BACKEND := cd backend &&
IN_FRONTEND := cd frontend &&
RUN_PNPM := ../$(PNPM)
WITH_APP := PYTHONPATH="$(CURDIR)/backend"
DEV := exec env $(WITH_APP) $(PYTHON) scripts/dev.py
DOCKER_TOOL := $(WITH_APP) $(PYTHON) scripts
WITH_DATABASE := $(WITH_APP) $(PYTHON) scripts/database.py run --

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  \033[36m%-20s\033[0m %s\n", $$1, $$2 }' Makefile

#— Install

.PHONY: install
install: $(BACKEND_READY) $(FRONTEND_READY) ## Fetch uv, Python, Node and pnpm where missing, and install both halves from their locks
	@echo "Installed. Next: make dev-all (opens http://localhost:3000) or make test."

$(UV): backend/requirements/tools.lock scripts/get_uv.sh
	@echo "Fetching uv…"
	@scripts/get_uv.sh
	@touch $@

# Not bin/python: make follows that link and would compare the interpreter's own age.
$(VENV)/pyvenv.cfg: backend/.python-version | $(UV)
	@echo "Creating backend/.venv…"
	@$(IN_BACKEND) ../$(UV) venv --quiet --clear --python "$$(cat .python-version)" .venv

$(BACKEND_READY): backend/requirements/dev.lock $(VENV)/pyvenv.cfg
	@echo "Installing the back end…"
	@$(IN_BACKEND) ../$(UV) pip sync --quiet --require-hashes --python .venv/bin/python requirements/dev.lock
	@touch $@

# The queues that are measured beside ours have an environment of their own: nothing of ours may come to depend on them.
$(BENCH_VENV)/pyvenv.cfg: backend/.python-version | $(UV)
	@echo "Creating backend/.venv-bench…"
	@$(IN_BACKEND) ../$(UV) venv --quiet --clear --python "$$(cat .python-version)" .venv-bench

$(BENCH_READY): backend/requirements/bench.lock $(BENCH_VENV)/pyvenv.cfg
	@echo "Installing the queues to measure…"
	@$(IN_BACKEND) ../$(UV) pip sync --quiet --require-hashes --python .venv-bench/bin/python requirements/bench.lock
	@touch $@

# What checks the pipelines and looks for advisories and secrets stays out of the back end's environment.
$(PIPELINES_VENV)/pyvenv.cfg: backend/.python-version | $(UV)
	@echo "Creating backend/.venv-pipelines…"
	@$(IN_BACKEND) ../$(UV) venv --quiet --clear --python "$$(cat .python-version)" .venv-pipelines

$(PIPELINES_READY): backend/requirements/pipelines.lock $(PIPELINES_VENV)/pyvenv.cfg
	@echo "Installing what checks the pipelines…"
	@$(IN_BACKEND) ../$(UV) pip sync --quiet --require-hashes --python .venv-pipelines/bin/python requirements/pipelines.lock
	@touch $@

.tools/node/bin/npm: scripts/get_node.sh | $(BACKEND_READY)
	@scripts/get_node.sh

$(PNPM): | $(NODE_READY)
	@echo "Fetching pnpm $(PNPM_VERSION)…"
	@npm install --silent --prefix ".tools/pnpm-$(PNPM_VERSION)" --no-save --no-package-lock pnpm@$(PNPM_VERSION)

$(FRONTEND_READY): frontend/package.json frontend/pnpm-lock.yaml frontend/pnpm-workspace.yaml | $(PNPM)
	@echo "Installing the front end…"
	@$(IN_FRONTEND) CI=true $(RUN_PNPM) install --frozen-lockfile --reporter=append-only --loglevel=warn
	@touch $@

.PHONY: lock
lock: $(UV) ## Resolve backend/requirements/*.lock again (UPGRADE=--upgrade takes newer versions)
	$(IN_BACKEND) export UV_CUSTOM_COMPILE_COMMAND="make lock" && \
	  compile="../$(UV) pip compile --quiet --universal --generate-hashes $(UPGRADE)" && \
	  $$compile --python-version 3.10 requirements/tools.in -o requirements/tools.lock && \
	  $$compile --python-version 3.13 pyproject.toml -o requirements/runtime.lock && \
	  $$compile --python-version 3.13 pyproject.toml --extra dev -c requirements/runtime.lock -o requirements/dev.lock && \
	  $$compile --python-version 3.13 requirements/bench.in -c requirements/runtime.lock -o requirements/bench.lock && \
	  $$compile --python-version 3.13 requirements/docker.in -o requirements/docker.lock && \
	  $$compile --python-version 3.13 requirements/pipelines.in -o requirements/pipelines.lock && \
	  $$compile --python-version 3.13 ../infra/tests/requirements.in -o ../infra/tests/requirements.lock && \
	  $$compile --python-version 3.13 ../infra/tests/terraform.in -o ../infra/tests/terraform.lock

#— Develop

.PHONY: dev-all dev dev-backend dev-frontend dev-worker
dev-all: install ## Start everything: database, API :8000, worker and web :3000; Ctrl-C stops it all
	@$(DEV) api worker web

dev: install ## Start the database, the API and the web, without a worker
	@$(DEV) api web

dev-backend: $(BACKEND_READY) ## Start the database and the API
	@$(DEV) api

dev-worker: $(BACKEND_READY) ## Start the database and the worker
	@$(DEV) worker

dev-frontend: install ## Start the web alone
	@$(DEV) web

#— Database

.PHONY: db-start db-stop db-reset db-migrate db-upgrade seed doctor
db-start: $(BACKEND_READY) ## Start the local PostgreSQL (DB=docker: the one of docker-compose.yml)
	@$(WITH_APP) $(PYTHON) scripts/database.py start $(if $(filter docker,$(DB)),--docker)

db-stop: $(BACKEND_READY) ## Stop the local PostgreSQL (DB=docker: the one of docker-compose.yml)
	@$(WITH_APP) $(PYTHON) scripts/database.py stop $(if $(filter docker,$(DB)),--docker)

db-reset: $(BACKEND_READY) ## Delete all data, migrate and seed again (YES=1 doesn't ask)
	@$(WITH_DATABASE) litestar db reset $(if $(YES),--yes)
	@$(WITH_DATABASE) litestar seed

db-migrate: $(BACKEND_READY) ## Write a new migration from the models: make db-migrate m="add customer notes"
	@$(if $(m),,echo 'Name it: make db-migrate m="add customer notes"' >&2; exit 2;) $(WITH_DATABASE) alembic revision --autogenerate -m "$(m)"

db-upgrade: $(BACKEND_READY) ## Apply pending migrations
	@$(WITH_DATABASE) litestar db upgrade

seed: $(BACKEND_READY) ## Create the demo team (again = no change)
	@$(WITH_DATABASE) litestar seed

doctor: $(BACKEND_READY) ## Say what is missing, stale or unreachable, and what to do
	@$(IN_BACKEND) litestar doctor

#— Test

.PHONY: test test-backend test-frontend e2e chaos authz controls first-run bench-api bench-log-in bench-console bench-enumeration bench-queue bench-queue-flat
test: test-backend test-frontend ## Run the back end's pytest suite, then the front end's unit tests

test-backend: $(BACKEND_READY) ## Run pytest on a throwaway PostgreSQL (ARGS="-k invoices")
	$(IN_BACKEND) .venv/bin/python -m pytest -n $(PYTEST_WORKERS) $(ARGS)

test-frontend: install ## Run the front end's unit tests
	$(IN_FRONTEND) $(RUN_PNPM) run test

e2e: build-frontend ## Run the browser journeys on a stack of their own (E2E_BASE_URL=… uses a running one; ARGS="-g invoice")
	@$(WITH_APP) $(PYTHON) scripts/e2e.py $(ARGS)

chaos: $(BACKEND_READY) ## Break workers, connections and PostgreSQL in ten ways: nothing lost, nothing twice (QUICK=1: short form; ARGS="--only 6")
	@$(IN_BACKEND) .venv/bin/python -m chaos $(if $(QUICK),--quick) $(ARGS)

authz: $(BACKEND_READY) ## Try every route as everybody: with both locks, and with each of them alone
	@$(IN_BACKEND) $(WITH_APP) .venv/bin/python ../scripts/authz.py

controls: $(BACKEND_READY) ## Run the tests of the 40 security controls, say what came out of each, and write docs/controls.md
	@$(IN_BACKEND) $(WITH_APP) .venv/bin/python ../scripts/controls.py

first-run: ## Measure clone to a page with data in an empty folder
	@backend/benchmarks/first_run.sh

bench-api: $(BACKEND_READY) ## Measure the authenticated invoice list against a bare handler
	@$(IN_BACKEND) .venv/bin/python -m benchmarks.api

bench-log-in: $(BACKEND_READY) ## Measure what fifty log-ins at once do to everybody else's requests
	@$(IN_BACKEND) .venv/bin/python -m benchmarks.log_in_load

bench-console: $(BACKEND_READY) ## Measure the pages of the jobs console over a million runs
	@$(IN_BACKEND) .venv/bin/python -m benchmarks.console

bench-enumeration: $(BACKEND_READY) ## Measure whether an answer's time tells that an address has an account
	@$(IN_BACKEND) .venv/bin/python -m benchmarks.enumeration_timing

bench-queue: $(BACKEND_READY) $(BENCH_READY) ## Measure our queue against SAQ as it comes, Procrastinate and PgQueuer, on one durable PostgreSQL
	@$(IN_BACKEND) .venv/bin/python -m benchmarks.queue

bench-queue-flat: $(BACKEND_READY) ## Measure our queue with a million finished runs and half a million waiting against an empty one
	@$(IN_BACKEND) .venv/bin/python -m benchmarks.queue.flat

#— Operate

.PHONY: restore-drill rolling-restart
restore-drill: $(BACKEND_READY) ## Back up under load, restore into an empty server, compare every table, run tests on what came out
	@$(IN_BACKEND) .venv/bin/python -m drills.restore

rolling-restart: $(BACKEND_READY) ## Restart two API processes in turns under load: no request fails, no POST counts twice, no event is lost
	@$(IN_BACKEND) .venv/bin/python -m drills.rolling_restart

#— Infrastructure

INFRA_VENV := .tools/infra-venv
INFRA_READY := $(INFRA_VENV)/.installed
TERRAFORM_READY := .tools/terraform/.installed

# checkov pins old versions of much: it has an environment of its own.
$(INFRA_VENV)/pyvenv.cfg: backend/.python-version | $(UV)
	@echo "Creating $(INFRA_VENV)…"
	@$(IN_BACKEND) ../$(UV) venv --quiet --clear --python "$$(cat .python-version)" "../$(INFRA_VENV)"

$(INFRA_READY): infra/tests/requirements.lock $(INFRA_VENV)/pyvenv.cfg
	@echo "Installing checkov and what the stand-in provider needs…"
	@$(IN_BACKEND) ../$(UV) pip sync --quiet --require-hashes --python "../$(INFRA_VENV)/bin/python" ../infra/tests/requirements.lock
	@touch $@

# Its library, where it is used, lives in that environment.
$(TERRAFORM_READY): infra/tests/terraform.lock infra/tests/get_terraform.sh $(INFRA_READY)
	@infra/tests/get_terraform.sh
	@touch $@

.PHONY: infra-test
infra-test: $(TERRAFORM_READY) ## Validate and test the Terraform in infra/ against a stand-in for AWS, and check it with checkov
	@TERRAFORM="$(CURDIR)/.tools/terraform/terraform" $(INFRA_VENV)/bin/python infra/tests/run.py

#— Check

.PHONY: check-all check-backend check-frontend check-codegen lint-backend lint-frontend type-check-frontend format-frontend
check-all: check-backend check-frontend check-codegen check-docs ## Run every static check and see that client and documents are current

check-backend: $(BACKEND_READY) ## Lint, format, types and import direction of the back end
	$(IN_BACKEND) .venv/bin/ruff check . ../scripts ../docker ../infra/tests
	$(IN_BACKEND) .venv/bin/ruff format --check . ../scripts ../docker ../infra/tests
	$(IN_BACKEND) .venv/bin/basedpyright
	$(IN_BACKEND) .venv/bin/lint-imports --no-cache

lint-backend: $(BACKEND_READY) ## Lint and format Python code, mending what can be mended
	$(IN_BACKEND) .venv/bin/ruff check --fix . ../scripts ../docker ../infra/tests
	$(IN_BACKEND) .venv/bin/ruff format . ../scripts ../docker ../infra/tests

check-frontend: type-check-frontend lint-frontend format-frontend ## Types, lint and formatting of the front end

lint-frontend: install ## Run ESLint
	$(IN_FRONTEND) $(RUN_PNPM) run lint

type-check-frontend: install ## Run TypeScript's type check (no build needed)
	$(IN_FRONTEND) $(RUN_PNPM) run typecheck

format-frontend: install ## Check Prettier formatting (`pnpm format:write` in frontend/ mends it)
	$(IN_FRONTEND) $(RUN_PNPM) run format

check-codegen: install ## Fail when the committed client differs from what the API says
	@scripts/check_codegen.sh

#— Pipelines

.PHONY: check-pipelines check-docs check-migrations check-previous-release check-secrets audit
IN_PIPELINES := PATH="$(CURDIR)/$(PIPELINES_VENV)/bin:$$PATH"
check-pipelines: $(PIPELINES_READY) ## Lint the workflows and play ci.yml on throwaway repositories (offline)
	@$(IN_PIPELINES) scripts/check_pipelines.sh

check-docs: ## See that what the documents link to and the commands they name exist
	@python3 scripts/check_docs.py

check-migrations: $(BACKEND_READY) $(PIPELINES_READY) ## See that no new migration would hold up a running installation (squawk)
	@$(IN_PIPELINES) $(WITH_APP) "$(CURDIR)/$(PYTHON)" scripts/check_migrations.py

check-previous-release: $(BACKEND_READY) ## Run the tests of the release before on the schema of this one (PREVIOUS=v1.2.0; ARGS="-k invoice")
	@scripts/check_previous_release.sh $(ARGS)

check-secrets: $(PIPELINES_READY) ## Look for secrets in every commit
	@$(IN_PIPELINES) gitleaks git --no-banner --redact --verbose .

audit: $(PIPELINES_READY) $(PNPM) ## Look for known advisories in everything that is locked (needs the internet)
	@$(IN_PIPELINES) pip-audit --strict --disable-pip --require-hashes $(foreach lock,$(wildcard backend/requirements/*.lock),-r $(lock))
	@$(IN_FRONTEND) $(RUN_PNPM) audit

#— Build

.PHONY: codegen build-frontend docker-build docker-test docker-secrets docker-up docker-down deploy
codegen: install ## Write frontend/openapi.json from the API and the TypeScript client from that
	@scripts/codegen.sh frontend

build-frontend: install ## Build the static export and check its size
	$(IN_FRONTEND) $(RUN_PNPM) run build
	$(IN_FRONTEND) $(RUN_PNPM) run bundle-size

docker-build: $(BACKEND_READY) ## Build the image with whichever Docker there is, and say how large it is
	@$(DOCKER_TOOL)/docker_build.py

docker-test: $(BACKEND_READY) ## Build the image, start the product with Compose, use it and stop it (starts an engine where none runs)
	@$(DOCKER_TOOL)/docker_test.py

docker-secrets: $(BACKEND_READY) ## Write the key and passwords of docker-compose.yml into .env, once
	@$(DOCKER_TOOL)/docker_secrets.py

docker-up: docker-secrets ## Start the whole product in Docker on http://localhost:8000, its mail on http://localhost:8025
	@docker compose up --build --detach --wait

docker-down: ## Stop the product in Docker; its data stays
	@docker compose down

deploy: ## Deploy to AWS: ENV=staging or production (DRY_RUN=1 only says what it would do; docs/operations/deploy.md)
	@python3 -u scripts/deploy.py

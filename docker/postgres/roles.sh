#!/bin/bash
# The roles of app/db/embedded.py: the owner migrates, the application owns nothing and cannot bypass row-level security.
set -euo pipefail
psql --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres --set=owner="$OWNER_PASSWORD" --set=app="$APP_PASSWORD" <<'SQL'
CREATE ROLE quittance_owner LOGIN PASSWORD :'owner' NOSUPERUSER NOBYPASSRLS;
CREATE ROLE quittance_app LOGIN PASSWORD :'app' NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE quittance OWNER quittance_owner;
-- Whoever may enter this container needs no password for the superuser; over the network nobody becomes it.
ALTER ROLE CURRENT_USER PASSWORD NULL;
SQL

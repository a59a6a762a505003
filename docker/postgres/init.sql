-- The roles of app/db/embedded.py: the owner migrates, the application owns nothing and cannot bypass row-level security.
CREATE ROLE quittance_owner LOGIN PASSWORD 'quittance' NOSUPERUSER NOBYPASSRLS;
CREATE ROLE quittance_app LOGIN PASSWORD 'quittance' NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE quittance OWNER quittance_owner;

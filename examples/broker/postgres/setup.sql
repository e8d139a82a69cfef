-- What the broker needs of a PostgreSQL server, once, as an administrator: psql -d app -f setup.sql
-- docs/how-to/engines/postgres.md says why.

-- Roles that stand for rights. Jobs get these, and nothing else.
CREATE ROLE app_ro;
GRANT CONNECT ON DATABASE app TO app_ro;
GRANT USAGE ON SCHEMA public TO app_ro;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO app_ro;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app_ro;

-- Nobody comes into this database by way of PUBLIC, nor makes anything there.
REVOKE CONNECT, TEMPORARY ON DATABASE app FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- The broker's own role. It is no superuser. Give it a password: \password ephemeral_creds
CREATE ROLE ephemeral_creds LOGIN CREATEROLE CONNECTION LIMIT 50;
GRANT CONNECT ON DATABASE app TO ephemeral_creds;
GRANT app_ro TO ephemeral_creds WITH ADMIN OPTION;

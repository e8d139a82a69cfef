-- What the part `db` needs beside ../postgres/setup.sql, once, as an administrator: psql -d app -f setup.sql
CREATE ROLE app_rw;
GRANT CONNECT ON DATABASE app TO app_rw;
GRANT USAGE ON SCHEMA public TO app_rw;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app_rw;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app_rw;
GRANT app_rw TO ephemeral_creds WITH ADMIN OPTION;

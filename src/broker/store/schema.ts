/**
 * The tables as the first version made them. Times are milliseconds since the epoch; booleans 0 and 1. TEXT and BIGINT
 * mean the same everywhere.
 */
const first: readonly string[] = [
  // proofs: DPoP numbers that were used; id_tokens: (iss, jti) and the key that presented it first.
  'CREATE TABLE proofs (proof TEXT PRIMARY KEY, expires_at BIGINT NOT NULL)',
  'CREATE TABLE id_tokens (token TEXT PRIMARY KEY, jkt TEXT NOT NULL, expires_at BIGINT NOT NULL)',
  'CREATE TABLE tombstones (handle_hash TEXT PRIMARY KEY, expires_at BIGINT NOT NULL)',
  'CREATE INDEX IF NOT EXISTS proofs_by_expiry ON proofs (expires_at)',
  'CREATE INDEX IF NOT EXISTS id_tokens_by_expiry ON id_tokens (expires_at)',
  'CREATE INDEX IF NOT EXISTS tombstones_by_expiry ON tombstones (expires_at)',
  // jobs: requests that counted, and until when none is taken any more; runs: the highest attempt that was seen.
  `CREATE TABLE jobs (
    issuer TEXT NOT NULL, job TEXT NOT NULL, issues BIGINT NOT NULL, closed_until BIGINT NOT NULL,
    expires_at BIGINT NOT NULL, PRIMARY KEY (issuer, job))`,
  `CREATE TABLE runs (
    issuer TEXT NOT NULL, run TEXT NOT NULL, attempt BIGINT NOT NULL, expires_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, run))`,
  'CREATE INDEX IF NOT EXISTS jobs_by_expiry ON jobs (expires_at)',
  'CREATE INDEX IF NOT EXISTS jobs_only_ended ON jobs (issuer) WHERE issues = 0',
  'CREATE INDEX IF NOT EXISTS runs_by_expiry ON runs (expires_at)',
  // claims: what policy, engines and audit log need of the ID token, as JSON; never the token.
  `CREATE TABLE sessions (
    id TEXT PRIMARY KEY, issuer TEXT NOT NULL, job TEXT NOT NULL, run TEXT, attempt BIGINT, jkt TEXT NOT NULL,
    handle_hash TEXT, details_hash TEXT NOT NULL, access_token_hash TEXT NOT NULL, access_expires_at BIGINT NOT NULL,
    claims TEXT NOT NULL, token_key TEXT NOT NULL, token_expires_at BIGINT NOT NULL, approved BIGINT NOT NULL,
    ended BIGINT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
    UNIQUE (issuer, job, handle_hash))`,
  'CREATE INDEX IF NOT EXISTS sessions_by_handle ON sessions (handle_hash)',
  'CREATE INDEX IF NOT EXISTS sessions_by_access_token ON sessions (access_token_hash)',
  'CREATE INDEX IF NOT EXISTS sessions_by_token ON sessions (token_key)',
  'CREATE INDEX IF NOT EXISTS sessions_by_run ON sessions (issuer, run)',
  'CREATE INDEX IF NOT EXISTS sessions_by_expiry ON sessions (expires_at)',
  // asked: what is asked for, and the public key to encrypt to, as JSON.
  `CREATE TABLE deferred (
    id TEXT PRIMARY KEY, issuer TEXT NOT NULL, job TEXT NOT NULL, run TEXT, attempt BIGINT, jkt TEXT NOT NULL,
    handle_hash TEXT, details_hash TEXT NOT NULL, asked TEXT NOT NULL,
    claims TEXT NOT NULL, token_key TEXT NOT NULL, token_expires_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'cancelled', 'used')),
    decided_by TEXT, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
    UNIQUE (issuer, job, handle_hash))`,
  'CREATE INDEX IF NOT EXISTS deferred_by_handle ON deferred (handle_hash)',
  'CREATE INDEX IF NOT EXISTS deferred_by_token ON deferred (token_key)',
  'CREATE INDEX IF NOT EXISTS deferred_by_run ON deferred (issuer, run)',
  'CREATE INDEX IF NOT EXISTS deferred_by_expiry ON deferred (expires_at)',
  // request_id: empty for the request that opened the session.
  `CREATE TABLE leases (
    id TEXT PRIMARY KEY, session_id TEXT NOT NULL, issuer TEXT NOT NULL, job TEXT NOT NULL, jkt TEXT NOT NULL,
    role TEXT NOT NULL, engine TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN
      ('intent', 'active', 'revoking', 'revoked', 'expired', 'failed', 'void', 'superseded')),
    revocability TEXT NOT NULL, policy_id TEXT NOT NULL, policy_version TEXT NOT NULL,
    created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, ends_at BIGINT NOT NULL,
    heartbeat_seconds BIGINT NOT NULL, credential_expires_at BIGINT NOT NULL,
    minting BIGINT NOT NULL, revoke_data TEXT NOT NULL, attempts BIGINT NOT NULL, next_at BIGINT NOT NULL,
    request_id TEXT NOT NULL, details_hash TEXT NOT NULL, replaces TEXT, replaced_by TEXT)`,
  'CREATE INDEX IF NOT EXISTS leases_by_session ON leases (session_id)',
  "CREATE INDEX IF NOT EXISTS leases_live ON leases (issuer, job, role) WHERE state IN ('intent', 'active')",
  "CREATE INDEX IF NOT EXISTS leases_ending ON leases (ends_at) WHERE state = 'active'",
  "CREATE INDEX IF NOT EXISTS leases_due ON leases (next_at) WHERE state = 'revoking'",
  'CREATE INDEX IF NOT EXISTS leases_minting ON leases (created_at) WHERE minting = 1',
  'CREATE INDEX IF NOT EXISTS leases_by_end ON leases (credential_expires_at)',
  'CREATE INDEX IF NOT EXISTS leases_by_role ON leases (role, created_at)',
  "CREATE INDEX IF NOT EXISTS leases_held ON leases (role) WHERE state IN ('intent', 'active', 'revoking')",
];

// Leases and revocation that survive everything, on one machine and on many.
const second: readonly string[] = [
  // 1: what the engine made stays when the credential has ended, and is revoked then.
  'ALTER TABLE leases ADD COLUMN lingers BIGINT NOT NULL DEFAULT 0',
  // freezing: one row at most, while it says so nothing is lent.
  `CREATE TABLE IF NOT EXISTS freezing (
    id BIGINT PRIMARY KEY, frozen BIGINT NOT NULL, reason TEXT NOT NULL, operator TEXT NOT NULL,
    changed_at BIGINT NOT NULL)`,
  // By which operators find leases: empty where the token does not say it.
  ...['sessions', 'deferred'].flatMap((table) =>
    ['repository', 'repository_id', 'actor', 'commit_sha'].flatMap((column) => [
      `ALTER TABLE ${table} ADD COLUMN ${column} TEXT NOT NULL DEFAULT ''`,
      `CREATE INDEX IF NOT EXISTS ${table}_by_${column} ON ${table} (${column})`,
    ]),
  ),
  // backend: where the engine made it, so that each is worked off by itself.
  "ALTER TABLE leases ADD COLUMN backend TEXT NOT NULL DEFAULT ''",
  "CREATE INDEX IF NOT EXISTS leases_due_in ON leases (backend, next_at) WHERE state = 'revoking'",
  // lease_clock: one row, the latest time that was seen, and when it was found restored from a backup.
  `CREATE TABLE IF NOT EXISTS lease_clock (
    id BIGINT PRIMARY KEY, seen BIGINT NOT NULL, restored_at BIGINT NOT NULL, swept_at BIGINT NOT NULL)`,
  'CREATE INDEX IF NOT EXISTS leases_by_policy ON leases (policy_id, created_at)',
  'CREATE INDEX IF NOT EXISTS leases_by_creation ON leases (created_at, id)',
  // deliveries: events of platforms that were taken; asked_until: when the platform may be asked about the job again.
  'CREATE TABLE deliveries (delivery TEXT PRIMARY KEY, expires_at BIGINT NOT NULL)',
  'CREATE INDEX deliveries_by_expiry ON deliveries (expires_at)',
  'ALTER TABLE jobs ADD COLUMN asked_until BIGINT NOT NULL DEFAULT 0',
  // What has not ended yet: the worker looks here every second, beside what is kept for a week.
  "CREATE INDEX leases_lapsing ON leases (credential_expires_at) WHERE state IN ('active', 'revoking')",
  // Known by its end alone: forgotten when no token of it can come any more.
  'CREATE INDEX jobs_ended_until ON jobs (closed_until) WHERE issues = 0',
  // sealed: a secret that revoking needs, as a JWE; empty where there is none.
  "ALTER TABLE leases ADD COLUMN sealed TEXT NOT NULL DEFAULT ''",
  // approvals: the operators who have agreed, as JSON; several may have to.
  "ALTER TABLE deferred ADD COLUMN approvals TEXT NOT NULL DEFAULT '[]'",
  // Secrets that the broker keeps; current: the version that is lent, 0: none. rotating_until: 0, nobody is at it.
  `CREATE TABLE secrets (
    name TEXT PRIMARY KEY, current BIGINT NOT NULL, latest BIGINT NOT NULL, reads BIGINT NOT NULL,
    reads_since BIGINT NOT NULL, read_at BIGINT NOT NULL, created_at BIGINT NOT NULL, changed_at BIGINT NOT NULL,
    rotating_until BIGINT NOT NULL, rotation_failures BIGINT NOT NULL, rotate_at BIGINT NOT NULL)`,
  // content, wrapped_key: two JWE; empty when the data key was destroyed. grace_until: 0, no end is set.
  `CREATE TABLE secret_versions (
    name TEXT NOT NULL, version BIGINT NOT NULL, content TEXT NOT NULL, wrapped_key TEXT NOT NULL,
    key_id TEXT NOT NULL, created_at BIGINT NOT NULL, created_by TEXT NOT NULL, reads BIGINT NOT NULL,
    grace_until BIGINT NOT NULL, destroyed_at BIGINT NOT NULL, PRIMARY KEY (name, version))`,
  'CREATE INDEX secret_versions_fading ON secret_versions (grace_until) WHERE grace_until > 0 AND destroyed_at = 0',
  'CREATE INDEX secret_versions_by_key ON secret_versions (key_id) WHERE destroyed_at = 0',
  `CREATE TABLE secret_readers (
    name TEXT NOT NULL, issuer TEXT NOT NULL, repository_id TEXT NOT NULL, repository TEXT NOT NULL,
    reads BIGINT NOT NULL, read_at BIGINT NOT NULL, PRIMARY KEY (name, issuer, repository_id))`,
  // anew_at: lease time at which it was last begun anew after a restore; broker_marks: how far each broker last wrote.
  'ALTER TABLE lease_clock ADD COLUMN anew_at BIGINT NOT NULL DEFAULT 0',
  'CREATE TABLE broker_marks (broker TEXT PRIMARY KEY, reached BIGINT NOT NULL)',
  'CREATE INDEX broker_marks_by_age ON broker_marks (reached)',
  // told_due: the number of reads after which the version is due, as far as that was told; 0: it was not.
  'ALTER TABLE secrets ADD COLUMN told_due BIGINT NOT NULL DEFAULT 0',
  // job_events: ends of jobs that were told and are not closed yet; next_at: until then somebody is at it, or it waits;
  // closed: the leases that this took back, as JSON, until it is written down.
  `CREATE TABLE job_events (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, event TEXT NOT NULL, received_at BIGINT NOT NULL,
    next_at BIGINT NOT NULL, attempts BIGINT NOT NULL DEFAULT 0, closed TEXT, expires_at BIGINT NOT NULL)`,
  'CREATE INDEX job_events_by_owner ON job_events (owner, next_at)',
  'CREATE INDEX job_events_by_expiry ON job_events (expires_at)',
];

/**
 * What makes each version of the store from the one before it. Each only adds tables, indexes and columns that have a
 * default, and none is ever changed again: the broker of the version before goes on working on what it finds.
 */
export const migrations: readonly (readonly string[])[] = [first, second];

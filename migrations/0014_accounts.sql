-- Who may use the pages, and what they did there. Passwords are kept as argon2id strings, tokens as their SHA-256 only.

CREATE TABLE account (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name        TEXT    NOT NULL UNIQUE CHECK (length(name) BETWEEN 2 AND 40),
    -- The person's name, as decisions and the audit log give it.
    person      TEXT    NOT NULL,
    role        TEXT    NOT NULL CHECK (role IN ('admin', 'clerk', 'officer', 'leader')),
    unit        TEXT    REFERENCES unit (id),
    password    TEXT    NOT NULL,
    must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)),
    disabled_at TEXT,
    -- The fingerprint of the secret in the address of the account's calendar.
    feed        TEXT    UNIQUE,
    created_at  TEXT    NOT NULL,
    CHECK ((role = 'officer') = (unit IS NOT NULL))
) STRICT;

-- What an account was allowed to do must stay readable from the log: it is disabled, never deleted, and keeps its role.
CREATE TRIGGER account_no_delete BEFORE DELETE ON account BEGIN SELECT RAISE(ABORT, 'account: rows are never deleted'); END;
CREATE TRIGGER account_role_stays BEFORE UPDATE OF name, role, unit, created_at ON account
BEGIN SELECT RAISE(ABORT, 'account: name, role and unit stay'); END;

CREATE TABLE session (
    token      TEXT    NOT NULL PRIMARY KEY CHECK (length(token) = 64),
    account    INTEGER NOT NULL REFERENCES account (id),
    created_at TEXT    NOT NULL,
    seen_at    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX session_account ON session (account);

-- Each attempt is written before the password is looked at, so that attempts at the same moment count each other.
CREATE TABLE login_attempt (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name    TEXT    NOT NULL,
    address TEXT    NOT NULL,
    at      TEXT    NOT NULL,
    ok      INTEGER NOT NULL DEFAULT 0 CHECK (ok IN (0, 1))
) STRICT;

CREATE INDEX login_attempt_name ON login_attempt (name, at);
CREATE INDEX login_attempt_address ON login_attempt (address, at);

-- Everything that was asked of the program in somebody's name: written before it is done, completed with what came of it.
CREATE TABLE audit (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at      TEXT    NOT NULL,
    account TEXT    NOT NULL,
    person  TEXT    NOT NULL,
    role    TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    detail  TEXT    NOT NULL DEFAULT '',
    -- The HTTP status, or 0 for the command line; none: the program stopped before it was done.
    result  INTEGER
) STRICT;

CREATE TRIGGER audit_completed_once BEFORE UPDATE ON audit
WHEN OLD.result IS NOT NULL OR NEW.at <> OLD.at OR NEW.account <> OLD.account OR NEW.person <> OLD.person
  OR NEW.role <> OLD.role OR NEW.action <> OLD.action
BEGIN SELECT RAISE(ABORT, 'audit: rows are completed once and never changed'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit: rows are never deleted'); END;

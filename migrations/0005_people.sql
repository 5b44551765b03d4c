-- What people enter. A correction is a later row that names the earlier one.

CREATE TABLE waiver (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    unit        TEXT    NOT NULL REFERENCES unit (id),
    channel     TEXT    REFERENCES channel (id),
    criterion   TEXT,
    first_day   TEXT    NOT NULL,
    last_day    TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    document    TEXT    NOT NULL,
    approver    TEXT    NOT NULL,
    who         TEXT    NOT NULL,
    recorded_at TEXT    NOT NULL,
    CHECK (first_day <= last_day)
) STRICT;

CREATE TABLE waiver_revoked (
    waiver INTEGER NOT NULL PRIMARY KEY REFERENCES waiver (id),
    who    TEXT    NOT NULL,
    why    TEXT    NOT NULL,
    at     TEXT    NOT NULL
) STRICT;

CREATE TABLE declared_empty (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    channel     TEXT    NOT NULL REFERENCES channel (id),
    first_day   TEXT    NOT NULL,
    last_day    TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    approver    TEXT    NOT NULL,
    who         TEXT    NOT NULL,
    recorded_at TEXT    NOT NULL,
    CHECK (first_day <= last_day)
) STRICT;

CREATE TABLE declared_empty_revoked (
    declared INTEGER NOT NULL PRIMARY KEY REFERENCES declared_empty (id),
    who      TEXT    NOT NULL,
    why      TEXT    NOT NULL,
    at       TEXT    NOT NULL
) STRICT;

-- A person says of days of fleet silence that the source could see.
CREATE TABLE clearance (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind        TEXT    NOT NULL CHECK (kind IN ('bridge', 'host')),
    subject     TEXT    NOT NULL,
    first_day   TEXT    NOT NULL,
    last_day    TEXT    NOT NULL,
    who         TEXT    NOT NULL,
    why         TEXT    NOT NULL,
    recorded_at TEXT    NOT NULL,
    CHECK (first_day <= last_day)
) STRICT;

CREATE TABLE register (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    criterion   TEXT    NOT NULL,
    unit        TEXT    NOT NULL REFERENCES unit (id),
    day         TEXT    NOT NULL,
    count       INTEGER NOT NULL CHECK (count >= 1),
    points      INTEGER,
    late        INTEGER NOT NULL CHECK (late IN (0, 1)),
    description TEXT    NOT NULL,
    evidence    TEXT    REFERENCES evidence (hash),
    who         TEXT    NOT NULL,
    recorded_at TEXT    NOT NULL,
    -- Each entry is taken back at most once.
    cancels     INTEGER UNIQUE REFERENCES register (id)
) STRICT;

CREATE INDEX register_same ON register (criterion, unit, day);

CREATE TRIGGER register_cancels_no_cancel BEFORE INSERT ON register
WHEN NEW.cancels IS NOT NULL AND (SELECT cancels FROM register WHERE id = NEW.cancels) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'register: a cancellation cannot be cancelled'); END;

CREATE TRIGGER waiver_no_update BEFORE UPDATE ON waiver BEGIN SELECT RAISE(ABORT, 'waiver: rows are never changed'); END;
CREATE TRIGGER waiver_no_delete BEFORE DELETE ON waiver BEGIN SELECT RAISE(ABORT, 'waiver: rows are never deleted'); END;
CREATE TRIGGER waiver_revoked_no_update BEFORE UPDATE ON waiver_revoked BEGIN SELECT RAISE(ABORT, 'waiver_revoked: rows are never changed'); END;
CREATE TRIGGER waiver_revoked_no_delete BEFORE DELETE ON waiver_revoked BEGIN SELECT RAISE(ABORT, 'waiver_revoked: rows are never deleted'); END;
CREATE TRIGGER declared_empty_no_update BEFORE UPDATE ON declared_empty BEGIN SELECT RAISE(ABORT, 'declared_empty: rows are never changed'); END;
CREATE TRIGGER declared_empty_no_delete BEFORE DELETE ON declared_empty BEGIN SELECT RAISE(ABORT, 'declared_empty: rows are never deleted'); END;
CREATE TRIGGER declared_empty_revoked_no_update BEFORE UPDATE ON declared_empty_revoked BEGIN SELECT RAISE(ABORT, 'declared_empty_revoked: rows are never changed'); END;
CREATE TRIGGER declared_empty_revoked_no_delete BEFORE DELETE ON declared_empty_revoked BEGIN SELECT RAISE(ABORT, 'declared_empty_revoked: rows are never deleted'); END;
CREATE TRIGGER clearance_no_update BEFORE UPDATE ON clearance BEGIN SELECT RAISE(ABORT, 'clearance: rows are never changed'); END;
CREATE TRIGGER clearance_no_delete BEFORE DELETE ON clearance BEGIN SELECT RAISE(ABORT, 'clearance: rows are never deleted'); END;
CREATE TRIGGER register_no_update BEFORE UPDATE ON register BEGIN SELECT RAISE(ABORT, 'register: rows are never changed'); END;
CREATE TRIGGER register_no_delete BEFORE DELETE ON register BEGIN SELECT RAISE(ABORT, 'register: rows are never deleted'); END;

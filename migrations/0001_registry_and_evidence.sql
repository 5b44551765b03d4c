-- Who is watched, and what the network answered. Foreign keys point left only: nothing here knows what is built on it.

CREATE TABLE meta (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE unit (
    id         TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE channel (
    id         TEXT NOT NULL PRIMARY KEY,
    unit       TEXT NOT NULL REFERENCES unit (id),
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    url        TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A unit or channel that leaves the configuration keeps its row: findings and the ledger still name it.
CREATE TRIGGER unit_no_delete BEFORE DELETE ON unit BEGIN SELECT RAISE(ABORT, 'unit: rows are never deleted'); END;
CREATE TRIGGER channel_no_delete BEFORE DELETE ON channel BEGIN SELECT RAISE(ABORT, 'channel: rows are never deleted'); END;

CREATE TABLE evidence (
    hash  TEXT    NOT NULL PRIMARY KEY CHECK (length(hash) = 64),
    size  INTEGER NOT NULL CHECK (size >= 0),
    codec TEXT    NOT NULL CHECK (codec IN ('raw', 'zstd')),
    body  BLOB    NOT NULL
) STRICT;

CREATE TRIGGER evidence_no_update BEFORE UPDATE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence: rows are never changed'); END;
CREATE TRIGGER evidence_no_delete BEFORE DELETE ON evidence BEGIN SELECT RAISE(ABORT, 'evidence: rows are never deleted'); END;

-- One answer of the network, stored before anybody reads it.
CREATE TABLE capture (
    id         INTEGER NOT NULL PRIMARY KEY,
    channel    TEXT    NOT NULL REFERENCES channel (id),
    look_at    TEXT    NOT NULL,
    page       INTEGER NOT NULL CHECK (page >= 0),
    fetched_at TEXT    NOT NULL,
    url        TEXT    NOT NULL,
    final_url  TEXT    NOT NULL,
    status     INTEGER NOT NULL,
    headers    TEXT    NOT NULL,
    evidence   TEXT    NOT NULL REFERENCES evidence (hash),
    UNIQUE (channel, look_at, page)
) STRICT;

CREATE TRIGGER capture_no_update BEFORE UPDATE ON capture BEGIN SELECT RAISE(ABORT, 'capture: rows are never changed'); END;
CREATE TRIGGER capture_no_delete BEFORE DELETE ON capture BEGIN SELECT RAISE(ABORT, 'capture: rows are never deleted'); END;

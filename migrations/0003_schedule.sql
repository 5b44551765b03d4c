-- When to look and what is to be done: the only feedback there is, never what was seen.

CREATE TABLE schedule (
    channel     TEXT    NOT NULL PRIMARY KEY REFERENCES channel (id),
    next_due_at TEXT    NOT NULL,
    failures    INTEGER NOT NULL CHECK (failures >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
    name         TEXT NOT NULL PRIMARY KEY,
    next_due_at  TEXT NOT NULL,
    last_done_at TEXT,
    last_period  TEXT
) STRICT, WITHOUT ROWID;

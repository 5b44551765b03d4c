-- What is due at a day and entered by people. A correction is a later row that names the earlier one.

CREATE TABLE matter (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    criterion   TEXT    NOT NULL,
    unit        TEXT    NOT NULL REFERENCES unit (id),
    code        TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    opened      TEXT    NOT NULL,
    due         TEXT,
    document    TEXT,
    evidence    TEXT    REFERENCES evidence (hash),
    who         TEXT    NOT NULL,
    recorded_at TEXT    NOT NULL,
    UNIQUE (criterion, unit, code),
    CHECK (due IS NULL OR opened <= due)
) STRICT;

CREATE TABLE matter_entry (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    matter      INTEGER NOT NULL REFERENCES matter (id),
    step        TEXT    NOT NULL CHECK (step IN ('submitted', 'extended-to', 'extended-by', 'paused', 'resumed', 'amended',
                                                 'withdrawn', 'struck')),
    day         TEXT    NOT NULL,
    until       TEXT,
    workdays    INTEGER CHECK (workdays >= 1),
    note        TEXT    NOT NULL,
    evidence    TEXT    REFERENCES evidence (hash),
    who         TEXT    NOT NULL,
    recorded_at TEXT    NOT NULL,
    corrects    INTEGER REFERENCES matter_entry (id),
    CHECK ((step = 'extended-to') = (until IS NOT NULL)),
    CHECK ((step = 'extended-by') = (workdays IS NOT NULL)),
    CHECK (step <> 'struck' OR corrects IS NOT NULL),
    CHECK (corrects < id)
) STRICT;

CREATE INDEX matter_entry_matter ON matter_entry (matter, id);

CREATE TRIGGER matter_entry_corrects_its_own BEFORE INSERT ON matter_entry
WHEN NEW.corrects IS NOT NULL AND NEW.matter IS NOT (SELECT matter FROM matter_entry WHERE id = NEW.corrects)
BEGIN SELECT RAISE(ABORT, 'matter_entry: a correction names an entry of the same matter'); END;

-- A person says that a register (of one unit, or of all) holds all that came in up to a day.
CREATE TABLE register_complete (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    criterion   TEXT    NOT NULL,
    unit        TEXT    REFERENCES unit (id),
    through     TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    who         TEXT    NOT NULL,
    recorded_at TEXT    NOT NULL,
    -- Each statement is taken back at most once.
    cancels     INTEGER UNIQUE REFERENCES register_complete (id)
) STRICT;

CREATE TRIGGER register_complete_cancels_no_cancel BEFORE INSERT ON register_complete
WHEN NEW.cancels IS NOT NULL AND (SELECT cancels FROM register_complete WHERE id = NEW.cancels) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'register_complete: a cancellation cannot be cancelled'); END;

CREATE TRIGGER matter_no_update BEFORE UPDATE ON matter BEGIN SELECT RAISE(ABORT, 'matter: rows are never changed'); END;
CREATE TRIGGER matter_no_delete BEFORE DELETE ON matter BEGIN SELECT RAISE(ABORT, 'matter: rows are never deleted'); END;
CREATE TRIGGER matter_entry_no_update BEFORE UPDATE ON matter_entry BEGIN SELECT RAISE(ABORT, 'matter_entry: rows are never changed'); END;
CREATE TRIGGER matter_entry_no_delete BEFORE DELETE ON matter_entry BEGIN SELECT RAISE(ABORT, 'matter_entry: rows are never deleted'); END;
CREATE TRIGGER register_complete_no_update BEFORE UPDATE ON register_complete BEGIN SELECT RAISE(ABORT, 'register_complete: rows are never changed'); END;
CREATE TRIGGER register_complete_no_delete BEFORE DELETE ON register_complete BEGIN SELECT RAISE(ABORT, 'register_complete: rows are never deleted'); END;

-- What a unit hands in with its appeal, and what a decision rests on.
ALTER TABLE finding_event ADD COLUMN evidence TEXT REFERENCES evidence (hash);

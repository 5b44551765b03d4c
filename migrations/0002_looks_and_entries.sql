-- What the looks saw.

CREATE TABLE look (
    id               INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    channel          TEXT    NOT NULL REFERENCES channel (id),
    at               TEXT    NOT NULL CHECK (length(at) = 24),
    day              TEXT    NOT NULL CHECK (length(day) = 10),
    outcome          TEXT    NOT NULL CHECK (outcome IN ('read', 'unchanged', 'failed', 'blocked', 'suspect')),
    reason           TEXT,
    detail           TEXT,
    -- 'everything', 'nothing' or the first day from which on the list is complete.
    covers           TEXT    NOT NULL,
    evidence         TEXT    REFERENCES evidence (hash),
    url              TEXT    NOT NULL,
    status           INTEGER,
    etag             TEXT,
    last_modified    TEXT,
    adapter          TEXT    NOT NULL,
    notes            TEXT    NOT NULL,
    first_page_rows  INTEGER NOT NULL,
    first_page_dated INTEGER NOT NULL,
    -- The `read` look whose items an `unchanged` one inherits.
    same_as          INTEGER REFERENCES look (id),
    UNIQUE (channel, at),
    CHECK ((outcome IN ('read', 'unchanged')) = (reason IS NULL)),
    CHECK (outcome IN ('read', 'unchanged') OR covers = 'nothing'),
    CHECK (outcome = 'unchanged' OR same_as IS NULL)
) STRICT;

-- The last good look of a channel is asked for in every round, also after a year of failures.
CREATE INDEX look_good ON look (channel, at) WHERE outcome IN ('read', 'unchanged');

CREATE TRIGGER look_no_update BEFORE UPDATE ON look BEGIN SELECT RAISE(ABORT, 'look: rows are never changed'); END;
CREATE TRIGGER look_no_delete BEFORE DELETE ON look BEGIN SELECT RAISE(ABORT, 'look: rows are never deleted'); END;

-- An item as it was when first seen.
CREATE TABLE entry (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    channel    TEXT    NOT NULL REFERENCES channel (id),
    key        TEXT    NOT NULL,
    title      TEXT    NOT NULL,
    url        TEXT    NOT NULL,
    claimed    TEXT,
    date_from  TEXT,
    source     TEXT,
    first_look INTEGER NOT NULL REFERENCES look (id),
    UNIQUE (channel, key)
) STRICT;

CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entry: rows are never changed'); END;
CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entry: rows are never deleted'); END;

-- Another date than before, or a sighting earlier than the first (a look that was read after a crash).
CREATE TABLE entry_claim (
    entry     INTEGER NOT NULL REFERENCES entry (id),
    look      INTEGER NOT NULL REFERENCES look (id),
    claimed   TEXT,
    date_from TEXT,
    PRIMARY KEY (entry, look)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entry_claim_no_update BEFORE UPDATE ON entry_claim BEGIN SELECT RAISE(ABORT, 'entry_claim: rows are never changed'); END;
CREATE TRIGGER entry_claim_no_delete BEFORE DELETE ON entry_claim BEGIN SELECT RAISE(ABORT, 'entry_claim: rows are never deleted'); END;

-- A look that covered the item's date no longer showed it (gone = 1), or showed it again (gone = 0).
CREATE TABLE entry_presence (
    entry INTEGER NOT NULL REFERENCES entry (id),
    look  INTEGER NOT NULL REFERENCES look (id),
    gone  INTEGER NOT NULL CHECK (gone IN (0, 1)),
    PRIMARY KEY (entry, look)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER entry_presence_no_update BEFORE UPDATE ON entry_presence BEGIN SELECT RAISE(ABORT, 'entry_presence: rows are never changed'); END;
CREATE TRIGGER entry_presence_no_delete BEFORE DELETE ON entry_presence BEGIN SELECT RAISE(ABORT, 'entry_presence: rows are never deleted'); END;

-- The items that a `read` look listed, as a JSON array of entry numbers.
CREATE TABLE look_list (
    look    INTEGER NOT NULL PRIMARY KEY REFERENCES look (id),
    entries TEXT    NOT NULL
) STRICT;

CREATE TRIGGER look_list_no_update BEFORE UPDATE ON look_list BEGIN SELECT RAISE(ABORT, 'look_list: rows are never changed'); END;
CREATE TRIGGER look_list_no_delete BEFORE DELETE ON look_list BEGIN SELECT RAISE(ABORT, 'look_list: rows are never deleted'); END;

-- The date that a person gave an item; the last one counts.
CREATE TABLE item_date (
    id    INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    entry INTEGER NOT NULL REFERENCES entry (id),
    day   TEXT    NOT NULL,
    who   TEXT    NOT NULL,
    at    TEXT    NOT NULL,
    why   TEXT    NOT NULL
) STRICT;

CREATE INDEX item_date_entry ON item_date (entry);
CREATE TRIGGER item_date_no_update BEFORE UPDATE ON item_date BEGIN SELECT RAISE(ABORT, 'item_date: rows are never changed'); END;
CREATE TRIGGER item_date_no_delete BEFORE DELETE ON item_date BEGIN SELECT RAISE(ABORT, 'item_date: rows are never deleted'); END;

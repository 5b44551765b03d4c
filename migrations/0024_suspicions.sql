-- 疑点: what the program proposes and a person decides. Nothing here is ever charged by itself: a confirmed suspicion
-- becomes an entry of the register or a matter, and that is what the ledger knows.

-- The page of one item, fetched for its text. The body is stored before it is read; a failed attempt is kept too.
CREATE TABLE item_page (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    entry        INTEGER NOT NULL REFERENCES entry (id),
    fetched_at   TEXT    NOT NULL,
    final_url    TEXT    NOT NULL,
    status       INTEGER,
    content_type TEXT,
    evidence     TEXT    REFERENCES evidence (hash),
    -- Why there is no page to read, as the fetcher says it; none where there is one.
    trouble      TEXT,
    CHECK ((evidence IS NULL) OR (trouble IS NULL))
) STRICT;

CREATE INDEX item_page_entry ON item_page (entry);
-- Pages of items that a look has opened stand among its captures, behind the list.
CREATE INDEX capture_of_item ON capture (channel, url) WHERE page > 0;

-- That the text of a page was searched, and with what: the same is not done twice.
CREATE TABLE item_scan (
    entry    INTEGER NOT NULL REFERENCES entry (id),
    evidence TEXT    NOT NULL REFERENCES evidence (hash),
    -- The detectors and lists that were used.
    version  TEXT    NOT NULL,
    at       TEXT    NOT NULL,
    PRIMARY KEY (entry, evidence, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE suspicion (
    id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    detector   TEXT    NOT NULL,
    criterion  TEXT    NOT NULL,
    unit       TEXT    NOT NULL REFERENCES unit (id),
    channel    TEXT    REFERENCES channel (id),
    entry      INTEGER REFERENCES entry (id),
    -- The day that an entry of the register would name.
    day        TEXT    NOT NULL CHECK (length(day) = 10),
    confidence TEXT    NOT NULL CHECK (confidence IN ('high', 'medium', 'low')),
    title      TEXT    NOT NULL,
    summary    TEXT    NOT NULL,
    -- What was found where, as JSON: [{"mark": …, "text": …, "note": …}].
    quotes     TEXT    NOT NULL,
    url        TEXT    NOT NULL,
    evidence   TEXT    REFERENCES evidence (hash),
    found_at   TEXT    NOT NULL
) STRICT;

CREATE INDEX suspicion_unit ON suspicion (unit, criterion);

-- What has been proposed before is not proposed again, whatever was decided of it.
CREATE TABLE suspicion_mark (
    mark      TEXT    NOT NULL PRIMARY KEY,
    suspicion INTEGER NOT NULL REFERENCES suspicion (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE suspicion_decision (
    suspicion INTEGER NOT NULL PRIMARY KEY REFERENCES suspicion (id),
    decision  TEXT    NOT NULL CHECK (decision IN ('confirmed', 'dismissed')),
    -- What a confirmed one became: an entry of the register, or a matter where the row has a clock.
    register  INTEGER REFERENCES register (id),
    matter    INTEGER REFERENCES matter (id),
    who       TEXT    NOT NULL,
    why       TEXT    NOT NULL,
    at        TEXT    NOT NULL,
    CHECK ((decision = 'confirmed') = (register IS NOT NULL OR matter IS NOT NULL))
) STRICT;

CREATE TRIGGER item_page_no_update BEFORE UPDATE ON item_page BEGIN SELECT RAISE(ABORT, 'item_page: rows are never changed'); END;
CREATE TRIGGER item_page_no_delete BEFORE DELETE ON item_page BEGIN SELECT RAISE(ABORT, 'item_page: rows are never deleted'); END;
CREATE TRIGGER item_scan_no_update BEFORE UPDATE ON item_scan BEGIN SELECT RAISE(ABORT, 'item_scan: rows are never changed'); END;
CREATE TRIGGER item_scan_no_delete BEFORE DELETE ON item_scan BEGIN SELECT RAISE(ABORT, 'item_scan: rows are never deleted'); END;
CREATE TRIGGER suspicion_no_update BEFORE UPDATE ON suspicion BEGIN SELECT RAISE(ABORT, 'suspicion: rows are never changed'); END;
CREATE TRIGGER suspicion_no_delete BEFORE DELETE ON suspicion BEGIN SELECT RAISE(ABORT, 'suspicion: rows are never deleted'); END;
CREATE TRIGGER suspicion_mark_no_update BEFORE UPDATE ON suspicion_mark BEGIN SELECT RAISE(ABORT, 'suspicion_mark: rows are never changed'); END;
CREATE TRIGGER suspicion_mark_no_delete BEFORE DELETE ON suspicion_mark BEGIN SELECT RAISE(ABORT, 'suspicion_mark: rows are never deleted'); END;
CREATE TRIGGER suspicion_decision_no_update BEFORE UPDATE ON suspicion_decision BEGIN SELECT RAISE(ABORT, 'suspicion_decision: rows are never changed'); END;
CREATE TRIGGER suspicion_decision_no_delete BEFORE DELETE ON suspicion_decision BEGIN SELECT RAISE(ABORT, 'suspicion_decision: rows are never deleted'); END;

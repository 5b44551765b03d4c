-- What else is said of the date of an item, and which new shape of a list a person has accepted.

-- A date that an item's own page, its tags or its address name; what lists and feeds say stands in entry and
-- entry_claim, what people say in item_date. The first look that found it so is named. Without a day: the page was
-- opened and shows none.
CREATE TABLE date_claim (
    entry     INTEGER NOT NULL REFERENCES entry (id),
    look      INTEGER NOT NULL REFERENCES look (id),
    date_from TEXT    NOT NULL,
    day       TEXT
) STRICT;

CREATE UNIQUE INDEX date_claim_once ON date_claim (entry, date_from, coalesce(day, ''));
CREATE INDEX date_claim_look ON date_claim (look);
CREATE TRIGGER date_claim_no_update BEFORE UPDATE ON date_claim BEGIN SELECT RAISE(ABORT, 'date_claim: rows are never changed'); END;
CREATE TRIGGER date_claim_no_delete BEFORE DELETE ON date_claim BEGIN SELECT RAISE(ABORT, 'date_claim: rows are never deleted'); END;

-- A person has looked at a list that changed, or has given it selectors, and says that it is to be compared with this
-- shape from now on. The look whose shape was accepted is named where there is one.
CREATE TABLE shape_accepted (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    channel TEXT    NOT NULL REFERENCES channel (id),
    look    INTEGER REFERENCES look (id),
    rows    INTEGER NOT NULL CHECK (rows >= 0),
    dated   INTEGER NOT NULL CHECK (dated >= 0),
    adapter TEXT    NOT NULL,
    who     TEXT    NOT NULL,
    why     TEXT    NOT NULL,
    at      TEXT    NOT NULL CHECK (length(at) = 24)
) STRICT;

CREATE INDEX shape_accepted_channel ON shape_accepted (channel, at);
CREATE TRIGGER shape_accepted_no_update BEFORE UPDATE ON shape_accepted BEGIN SELECT RAISE(ABORT, 'shape_accepted: rows are never changed'); END;
CREATE TRIGGER shape_accepted_no_delete BEFORE DELETE ON shape_accepted BEGIN SELECT RAISE(ABORT, 'shape_accepted: rows are never deleted'); END;

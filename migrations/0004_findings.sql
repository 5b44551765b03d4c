-- What the rules say, and where each finding stands.

CREATE TABLE finding (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    rulebook    TEXT    NOT NULL,
    criterion   TEXT    NOT NULL,
    -- The channel, or `unit/*` for all website columns of the unit.
    scope       TEXT    NOT NULL,
    unit        TEXT    NOT NULL REFERENCES unit (id),
    channel     TEXT    REFERENCES channel (id),
    first_day   TEXT    NOT NULL,
    last_day    TEXT    NOT NULL,
    month       TEXT    NOT NULL,
    detected_at TEXT    NOT NULL,
    UNIQUE (rulebook, criterion, scope, first_day, last_day),
    CHECK (first_day <= last_day),
    CHECK (month = substr(last_day, 1, 7)),
    CHECK (scope = coalesce(channel, unit || '/*'))
) STRICT;

CREATE INDEX finding_last_day ON finding (last_day);
CREATE INDEX finding_scope ON finding (rulebook, scope);
CREATE TRIGGER finding_no_update BEFORE UPDATE ON finding BEGIN SELECT RAISE(ABORT, 'finding: rows are never changed'); END;
CREATE TRIGGER finding_no_delete BEFORE DELETE ON finding BEGIN SELECT RAISE(ABORT, 'finding: rows are never deleted'); END;

CREATE TABLE judgement (
    id        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    finding   INTEGER NOT NULL REFERENCES finding (id),
    judged_at TEXT    NOT NULL,
    as_of     TEXT    NOT NULL,
    verdict   TEXT    NOT NULL,
    missing   INTEGER NOT NULL CHECK (missing >= 0),
    points    INTEGER NOT NULL,
    mode      TEXT    NOT NULL,
    flags     TEXT    NOT NULL,
    proof     TEXT    NOT NULL,
    -- Of all that is said, so that the same judgement is known without reading the proof.
    digest    TEXT    NOT NULL,
    CHECK (verdict = 'breached' OR points = 0)
) STRICT;

CREATE INDEX judgement_finding ON judgement (finding, id);
CREATE TRIGGER judgement_no_update BEFORE UPDATE ON judgement BEGIN SELECT RAISE(ABORT, 'judgement: rows are never changed'); END;
CREATE TRIGGER judgement_no_delete BEFORE DELETE ON judgement BEGIN SELECT RAISE(ABORT, 'judgement: rows are never deleted'); END;

CREATE TABLE finding_event (
    finding  INTEGER NOT NULL REFERENCES finding (id),
    seq      INTEGER NOT NULL,
    at       TEXT    NOT NULL,
    state    TEXT    NOT NULL CHECK (state IN
                 ('detected', 'confirmed', 'dismissed', 'posted', 'appealed', 'upheld', 'reversed', 'retracted')),
    who      TEXT    NOT NULL,
    note     TEXT    NOT NULL,
    document TEXT,
    PRIMARY KEY (finding, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER finding_event_in_order BEFORE INSERT ON finding_event
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM finding_event WHERE finding = NEW.finding)
BEGIN SELECT RAISE(ABORT, 'finding_event: seq must follow without a gap'); END;
CREATE TRIGGER finding_event_no_update BEFORE UPDATE ON finding_event BEGIN SELECT RAISE(ABORT, 'finding_event: rows are never changed'); END;
CREATE TRIGGER finding_event_no_delete BEFORE DELETE ON finding_event BEGIN SELECT RAISE(ABORT, 'finding_event: rows are never deleted'); END;

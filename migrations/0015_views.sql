-- What lists ask for, without reading proofs. Derived by triggers from rows that are only appended; nothing is judged or
-- charged by it.

CREATE TABLE finding_now (
    finding   INTEGER NOT NULL PRIMARY KEY REFERENCES finding (id),
    unit      TEXT    NOT NULL,
    channel   TEXT,
    criterion TEXT    NOT NULL,
    first_day TEXT    NOT NULL,
    last_day  TEXT    NOT NULL,
    month     TEXT    NOT NULL,
    verdict   TEXT    NOT NULL,
    missing   INTEGER NOT NULL,
    points    INTEGER NOT NULL,
    flags     TEXT    NOT NULL,
    state     TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX finding_now_verdict ON finding_now (verdict, state, last_day);
CREATE INDEX finding_now_unit ON finding_now (unit, month);
CREATE INDEX finding_now_state ON finding_now (state, last_day);

INSERT INTO finding_now (finding, unit, channel, criterion, first_day, last_day, month, verdict, missing, points, flags, state)
SELECT f.id, f.unit, f.channel, f.criterion, f.first_day, f.last_day, f.month, j.verdict, j.missing, j.points, j.flags,
       coalesce((SELECT e.state FROM finding_event e WHERE e.finding = f.id ORDER BY e.seq DESC LIMIT 1), 'detected')
FROM finding f JOIN judgement j ON j.id = (SELECT max(id) FROM judgement WHERE finding = f.id);

CREATE TRIGGER finding_now_judged AFTER INSERT ON judgement
BEGIN
    INSERT INTO finding_now (finding, unit, channel, criterion, first_day, last_day, month, verdict, missing, points, flags, state)
    SELECT f.id, f.unit, f.channel, f.criterion, f.first_day, f.last_day, f.month, NEW.verdict, NEW.missing, NEW.points,
           NEW.flags,
           coalesce((SELECT e.state FROM finding_event e WHERE e.finding = f.id ORDER BY e.seq DESC LIMIT 1), 'detected')
    FROM finding f WHERE f.id = NEW.finding
    ON CONFLICT (finding) DO UPDATE SET verdict = excluded.verdict, missing = excluded.missing,
        points = excluded.points, flags = excluded.flags, state = excluded.state;
END;

CREATE TRIGGER finding_now_moved AFTER INSERT ON finding_event
BEGIN
    UPDATE finding_now SET state = NEW.state WHERE finding = NEW.finding;
END;

CREATE INDEX look_day ON look (day, channel, outcome);
CREATE INDEX ledger_line_unit ON ledger_line (unit, belongs_to);
CREATE INDEX entry_claimed ON entry (claimed, channel);

-- The file that a unit hands in with an appeal, kept by its fingerprint like any other evidence.
CREATE TABLE appeal_file (
    finding  INTEGER NOT NULL,
    seq      INTEGER NOT NULL,
    name     TEXT    NOT NULL,
    evidence TEXT    NOT NULL REFERENCES evidence (hash),
    PRIMARY KEY (finding, seq),
    FOREIGN KEY (finding, seq) REFERENCES finding_event (finding, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER appeal_file_no_update BEFORE UPDATE ON appeal_file BEGIN SELECT RAISE(ABORT, 'appeal_file: rows are never changed'); END;
CREATE TRIGGER appeal_file_no_delete BEFORE DELETE ON appeal_file BEGIN SELECT RAISE(ABORT, 'appeal_file: rows are never deleted'); END;

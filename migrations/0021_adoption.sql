-- 申报: links by which units tell that an article of theirs was taken into the office's own account. A filing earns nothing:
-- it is held against the articles that were seen there and proposed to a person like any other.
CREATE TABLE adoption_filing (
    id   INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    unit TEXT    NOT NULL REFERENCES unit (id),
    link TEXT    NOT NULL,
    -- What names the article, however its address is written.
    key  TEXT    NOT NULL,
    who  TEXT    NOT NULL,
    at   TEXT    NOT NULL,
    UNIQUE (unit, key)
) STRICT;

CREATE TRIGGER adoption_filing_no_update BEFORE UPDATE ON adoption_filing BEGIN SELECT RAISE(ABORT, 'adoption_filing: rows are never changed'); END;
CREATE TRIGGER adoption_filing_no_delete BEFORE DELETE ON adoption_filing BEGIN SELECT RAISE(ABORT, 'adoption_filing: rows are never deleted'); END;

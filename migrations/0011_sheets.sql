-- Sheets that were imported: the file, who handed it in, and what its rows became. Written only where something came of it.
CREATE TABLE sheet_import (
    id        INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    file_name TEXT    NOT NULL,
    sheet     TEXT    NOT NULL REFERENCES evidence (hash),
    who       TEXT    NOT NULL,
    at        TEXT    NOT NULL
) STRICT;

-- The cell at which a row begins, and the row of the register, the matter, the step or the statement that was made of it.
CREATE TABLE sheet_row (
    import    INTEGER NOT NULL REFERENCES sheet_import (id),
    place     TEXT    NOT NULL,
    source    TEXT    NOT NULL CHECK (source IN ('register', 'matter', 'step', 'complete')),
    source_id INTEGER NOT NULL,
    PRIMARY KEY (source, source_id)
) STRICT;

CREATE TRIGGER sheet_import_no_update BEFORE UPDATE ON sheet_import BEGIN SELECT RAISE(ABORT, 'sheet_import: rows are never changed'); END;
CREATE TRIGGER sheet_import_no_delete BEFORE DELETE ON sheet_import BEGIN SELECT RAISE(ABORT, 'sheet_import: rows are never deleted'); END;
CREATE TRIGGER sheet_row_no_update BEFORE UPDATE ON sheet_row BEGIN SELECT RAISE(ABORT, 'sheet_row: rows are never changed'); END;
CREATE TRIGGER sheet_row_no_delete BEFORE DELETE ON sheet_row BEGIN SELECT RAISE(ABORT, 'sheet_row: rows are never deleted'); END;

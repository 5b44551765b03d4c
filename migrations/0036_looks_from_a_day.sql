-- The lowest number of a look on or after a day: a look at the day itself, or at a later one where that was entered before it,
-- as a person's sightings are entered late. A day without a row says what the next one says. Kept by the database, for what
-- is judged is read from that number on: a day that stood too high would leave items out.

CREATE TABLE looks_from (
    day  TEXT    NOT NULL PRIMARY KEY CHECK (length(day) = 10),
    look INTEGER NOT NULL REFERENCES look (id)
) STRICT, WITHOUT ROWID;

INSERT INTO looks_from (day, look)
SELECT day, min(min(id)) OVER (ORDER BY day DESC) FROM look GROUP BY day;

-- Once a day: numbers only grow.
CREATE TRIGGER looks_from_new AFTER INSERT ON look
WHEN NEW.id < coalesce((SELECT f.look FROM looks_from f WHERE f.day >= NEW.day ORDER BY f.day LIMIT 1), NEW.id + 1)
BEGIN
    UPDATE looks_from SET look = NEW.id WHERE day < NEW.day AND look > NEW.id;
    INSERT INTO looks_from (day, look) VALUES (NEW.day, NEW.id) ON CONFLICT (day) DO UPDATE SET look = excluded.look;
END;

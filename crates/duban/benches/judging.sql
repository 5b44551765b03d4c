-- Looks and items of some days in each column, counted from the first of two years. One of twenty has shown nothing since
-- 200 days before their end.

CREATE TEMP TABLE day AS
WITH RECURSIVE d(n, day) AS (
    SELECT {first}, date('2024-04-01', '+{first} days') UNION ALL SELECT n + 1, date(day, '+1 day') FROM d WHERE n < {last})
SELECT n, day FROM d;

CREATE TEMP TABLE hour AS
WITH RECURSIVE h(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM h WHERE n + 1 < {looks})
SELECT n, printf('%02d', n * 15 / {looks}) AS hour FROM h;

CREATE TEMP TABLE column_ AS SELECT id, url, (row_number() OVER (ORDER BY id)) % 20 = 0 AS silent FROM channel;

INSERT INTO look (channel, at, day, outcome, reason, covers, evidence, url, status, adapter, notes, first_page_rows, first_page_dated)
SELECT c.id, d.day || 'T' || h.hour || ':30:00.000Z', d.day,
       iif(d.n % 50 = 7, 'failed', iif(h.n = 0, 'read', 'unchanged')), iif(d.n % 50 = 7, 'timeout', NULL),
       iif(d.n % 50 = 7, 'nothing', 'everything'), iif(d.n % 50 = 7, NULL, (SELECT min(hash) FROM evidence)), c.url, 200,
       'ul', '[]', 20, 20
FROM day d, hour h, column_ c ORDER BY d.n, h.n, c.id;

-- Six items in seven days, seen the day that they are dated.
INSERT INTO entry (channel, key, title, url, claimed, date_from, first_look)
SELECT c.id, c.url || d.n, '区开展第' || d.n || '次安全生产检查工作', c.url || d.n || '.html', d.day, 'list',
       (SELECT l.id FROM look l WHERE l.channel = c.id AND l.at >= d.day AND l.outcome = 'read' ORDER BY l.at LIMIT 1)
FROM day d, column_ c WHERE d.n % 7 <> 3 AND NOT (c.silent AND d.n > 529) ORDER BY d.n, c.id;

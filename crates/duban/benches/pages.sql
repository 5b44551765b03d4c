-- Two years of a district: looks and items of each channel, windows with their judgements, and the ledger. What it says
-- need not be true; it has the size and the shape of what is true. Units, channels and one saved page are there already.

CREATE TEMP TABLE day AS
WITH RECURSIVE d(n, day) AS (SELECT 0, '2024-04-01' UNION ALL SELECT n + 1, date(day, '+1 day') FROM d WHERE n < 729)
SELECT n, day FROM d;

INSERT INTO look (channel, at, day, outcome, reason, covers, evidence, url, status, adapter, notes, first_page_rows, first_page_dated)
SELECT c.id, d.day || 'T00:30:00.000Z', d.day, iif(d.n % 50 = 7, 'failed', 'read'), iif(d.n % 50 = 7, 'timeout', NULL),
       iif(d.n % 50 = 7, 'nothing', 'everything'), iif(d.n % 50 = 7, NULL, (SELECT min(hash) FROM evidence)), c.url, 200,
       'ul', '[]', 20, 20
FROM day d, channel c ORDER BY d.n, c.id;

INSERT INTO entry (channel, key, title, url, claimed, date_from, first_look)
SELECT c.id, c.url || d.n, '区开展春季安全生产检查工作', c.url || d.n || '.html', d.day, 'list',
       (SELECT l.id FROM look l WHERE l.channel = c.id AND l.at >= d.day ORDER BY l.at LIMIT 1)
FROM day d, channel c WHERE d.n % 5 = 0 ORDER BY d.n, c.id;

INSERT INTO finding (rulebook, criterion, scope, unit, channel, first_day, last_day, month, detected_at)
SELECT 'zhongshan-2022', k.criterion, c.id, c.unit, c.id, d.day, date(d.day, '+13 day'), substr(date(d.day, '+13 day'), 1, 7),
       date(d.day, '+14 day') || 'T00:00:00.000Z'
FROM day d, channel c, (SELECT 'B1.1' AS criterion UNION ALL SELECT 'B1.2') k
WHERE d.n % 14 = 0 AND d.n < 714 ORDER BY d.n, c.id, k.criterion;

INSERT INTO judgement (finding, judged_at, as_of, verdict, missing, points, mode, flags, proof, digest)
SELECT f.id, f.detected_at, f.detected_at, v.verdict, iif(v.verdict = 'breached', 1, 0), iif(v.verdict = 'breached', -100, 0),
       'each-window', '[]', '{"before":[],"within":[],"within_total":14,"within_good":13,"after":[],"last_before":null,"first_after":null,"items":[],"enough":"在时段内更新1条"}', ''
FROM finding f JOIN (SELECT id, CASE id % 10 WHEN 3 THEN 'breached' WHEN 7 THEN 'unknown' ELSE 'met' END AS verdict FROM finding) v
  ON v.id = f.id ORDER BY f.id;

-- Every finding begins with its detection; no page can tell the state of one without it.
INSERT INTO finding_event (finding, seq, at, state, who, note)
SELECT id, 1, detected_at, 'detected', '', '' FROM finding;

INSERT INTO finding_event (finding, seq, at, state, who, note)
SELECT f.finding, 2, '2026-03-01T00:00:00.000Z', 'posted', '', '' FROM finding_now f
WHERE f.verdict = 'breached' AND f.last_day < '2026-03-01';

INSERT INTO register (criterion, unit, day, count, late, description, who, recorded_at)
SELECT 'C2.1', u.id, d.day, 1, 0, '《' || d.n || '》被采用', '张三', d.day || 'T02:00:00.000Z'
FROM day d, unit u WHERE d.n % 15 = 0;

INSERT INTO ledger_line (seq, month, belongs_to, unit, rulebook, criterion, points, source, source_id, text, posted_at, previous, hash)
SELECT n, month, month, unit, 'zhongshan-2022', criterion, points, source, id, text, '2026-03-01T00:00:00.000Z',
       printf('%064d', n - 1), printf('%064d', n)
FROM (SELECT row_number() OVER (ORDER BY month, source, id) AS n, * FROM (
          SELECT month, unit, criterion, -100 AS points, 'finding' AS source, finding AS id, '时段内没有更新' AS text
          FROM finding_now WHERE state = 'posted'
          UNION ALL
          SELECT substr(day, 1, 7), unit, criterion, 100, 'register', id, description FROM register WHERE day < '2026-03-01'))
ORDER BY n;

-- All months but the last are closed; that each names the last line of all is not true, and no page minds.
INSERT INTO month_close (month, closed_at, last_seq, last_hash)
SELECT month, '2026-03-05T00:00:00.000Z', (SELECT max(seq) FROM ledger_line),
       (SELECT hash FROM ledger_line ORDER BY seq DESC LIMIT 1)
FROM (SELECT DISTINCT substr(day, 1, 7) AS month FROM day WHERE day < '2026-03-01') ORDER BY month;

INSERT INTO matter (criterion, unit, code, title, opened, recorded_at, who)
SELECT 'E2.1', u.id, substr(d.day, 1, 7), '签审单', d.day, d.day || 'T02:00:00.000Z', '张三'
FROM day d, unit u WHERE substr(d.day, 9) = '01';

INSERT INTO matter_entry (matter, step, day, note, who, recorded_at)
SELECT id, 'submitted', opened, '', '张三', recorded_at FROM matter WHERE code < '2026-03';

-- Appeals that wait: one of fifty of what was posted.
INSERT INTO finding_event (finding, seq, at, state, who, note)
SELECT finding, 3, '2026-03-20T02:00:00.000Z', 'appealed', '李四', '当日已发布，请复核' FROM finding_now
WHERE state = 'posted' AND finding % 50 = 3;

-- The last month of looks with what they listed, and the answers behind them.
INSERT INTO look_list (look, entries)
SELECT l.id, (SELECT json_group_array(id) FROM (SELECT e.id FROM entry e WHERE e.channel = l.channel AND e.first_look <= l.id
              ORDER BY e.id DESC LIMIT 20))
FROM look l WHERE l.day >= '2026-03-01' AND l.outcome = 'read';

INSERT INTO capture (channel, look_at, page, fetched_at, url, final_url, status, headers, evidence)
SELECT channel, at, 0, at, url, url, 200, '[]', evidence FROM look WHERE day >= '2026-03-01' AND outcome = 'read';

-- Two suspicions a unit and month; those of the last two months wait.
INSERT INTO suspicion (detector, criterion, unit, channel, day, confidence, title, summary, quotes, url, found_at)
SELECT 'wrong-words', 'B1.3', c.unit, c.id, d.day, 'medium', '区开展春季安全生产检查工作', '疑似错别字', '[]', c.url,
       d.day || 'T03:00:00.000Z'
FROM day d, channel c WHERE d.n % 15 = 0 AND c.kind = 'work-news' ORDER BY d.n, c.id;

INSERT INTO suspicion_decision (suspicion, decision, who, why, at)
SELECT id, 'dismissed', '张三', '原文如此', found_at FROM suspicion WHERE day < '2026-02-01';

-- A hundred deeds a day.
INSERT INTO audit (at, account, person, role, action, detail, result)
WITH RECURSIVE k(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM k WHERE n < 99)
SELECT d.day || 'T03:00:00.000Z', iif(k.n % 10 = 0, 'admin', 'officer'), '某人', iif(k.n % 10 = 0, 'admin', 'officer'),
       'POST /findings/{id}/decide', '发现 ' || k.n, 303
FROM day d, k ORDER BY d.n, k.n;

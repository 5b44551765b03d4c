-- What the pages add up, from indexes alone; and the findings that were ever breached, which are the few that a close asks
-- about.

DROP INDEX ledger_line_month;
CREATE INDEX ledger_line_month ON ledger_line (month, points);
CREATE INDEX ledger_line_cost ON ledger_line (belongs_to, criterion, source, unit, points);
CREATE INDEX judgement_breached ON judgement (judged_at, finding) WHERE verdict = 'breached';

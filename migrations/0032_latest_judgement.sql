-- What a close asks of each line, whether its finding is still breached and for as many points, is answered by the index of
-- judgements alone: the rows are long, since they hold the proofs.

CREATE INDEX judgement_latest ON judgement (finding, id, verdict, points);
DROP INDEX judgement_finding;

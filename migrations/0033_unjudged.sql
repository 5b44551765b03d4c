-- What could not be judged, counted place by place from the index alone. It may be years of windows.

CREATE INDEX finding_now_unjudged ON finding_now (unit, channel, criterion, flags, last_day, verdict)
    WHERE verdict = 'unknown';

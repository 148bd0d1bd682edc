-- grain: explanation a unit gave in earlier periods of the same kind, the newest last
-- idempotent: yes, reads only
SELECT
    e.form,
    e.code,
    e.rule,
    e.table_id,
    e.row_key,
    e.column_id,
    e.period,
    e.explanation
FROM core_explanation AS e
JOIN raw_submission AS s
    ON s.id = e.submission_id
WHERE e.programme_id = :programme
    AND e.unit = :unit
    AND e.period < :period
    AND (SUBSTR(e.period, 6, 1) = 'Q') = (SUBSTR(:period, 6, 1) = 'Q')
ORDER BY e.period, s.version, CASE e.source WHEN 'form' THEN 0 ELSE 1 END, e.ordinal

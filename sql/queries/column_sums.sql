-- grain: form × table × row key × column of one period, over all units
-- idempotent: yes, reads only
SELECT
    o.form,
    o.table_id,
    o.row_key,
    o.column_id,
    SUM(o.value) AS total
FROM core_observation AS o
WHERE o.programme_id = :programme
    AND o.period = :period
    AND o.is_current
GROUP BY o.form, o.table_id, o.row_key, o.column_id
HAVING COUNT(o.value) > 0
ORDER BY o.form, o.table_id, o.row_key, o.column_id

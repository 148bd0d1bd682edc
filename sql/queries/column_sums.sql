-- grain: form × table × row key × column of one period, over all units
-- idempotent: yes, reads only
SELECT
    v.form,
    o.table_id,
    o.row_key,
    o.column_id,
    SUM(o.value) AS total
FROM core_form_version AS v
JOIN core_observation AS o
    ON o.form_version_id = v.id
WHERE v.programme_id = :programme
    AND v.period = :period
    AND v.is_current
GROUP BY v.form, o.table_id, o.row_key, o.column_id
HAVING COUNT(o.value) > 0
ORDER BY v.form, o.table_id, o.row_key, o.column_id

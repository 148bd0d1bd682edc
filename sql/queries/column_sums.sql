-- grain: form × table × row key × column of one period, over all units
-- idempotent: yes, reads only
SELECT
    v.form,
    o.table_id,
    o.row_key,
    o.column_id,
    SUM(CASE WHEN x.id IS NULL THEN o.value ELSE x.value END) AS total
FROM core_form_version AS v
JOIN core_observation AS o
    ON o.form_version_id = v.id
LEFT JOIN core_correction AS x
    ON x.form_version_id = o.form_version_id
    AND x.table_id = o.table_id
    AND x.position = o.position
    AND x.column_id = o.column_id
WHERE v.programme_id = :programme
    AND v.period = :period
    AND v.is_current
GROUP BY v.form, o.table_id, o.row_key, o.column_id
HAVING COUNT(CASE WHEN x.id IS NULL THEN o.value ELSE x.value END) > 0
ORDER BY v.form, o.table_id, o.row_key, o.column_id

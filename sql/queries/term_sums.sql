-- grain: indicator × side × unit of one period, terms whose cells are simply added; corrected
--        cells count as corrected
-- idempotent: yes, reads only
SELECT
    t.indicator,
    t.side,
    v.unit,
    SUM(CASE WHEN x.id IS NULL THEN o.value ELSE x.value END) AS total,
    COUNT(CASE WHEN x.id IS NULL THEN o.value ELSE x.value END) AS cells
FROM core_indicator_term AS t
JOIN core_form_version AS v
    ON v.programme_id = t.programme_id
    AND v.form = t.form
    AND (t.filed_by = '' OR v.unit = t.filed_by)
JOIN core_observation AS o
    ON o.form_version_id = v.id
    AND o.table_id = t.table_id
    AND o.column_id = t.column_id
    AND (t.row_key = '' OR o.row_key = t.row_key)
LEFT JOIN core_correction AS x
    ON x.form_version_id = o.form_version_id
    AND x.table_id = o.table_id
    AND x.position = o.position
    AND x.column_id = o.column_id
WHERE t.programme_id = :programme
    AND v.period = :period
    AND v.is_current
    AND NOT t.by_cell
GROUP BY t.indicator, t.side, v.unit
HAVING COUNT(CASE WHEN x.id IS NULL THEN o.value ELSE x.value END) > 0
ORDER BY t.indicator, t.side, v.unit

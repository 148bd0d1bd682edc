-- grain: indicator × side × cell of one period, terms that are held to conditions or count rows
-- idempotent: yes, reads only
SELECT
    t.indicator,
    t.side,
    v.unit,
    o.row_key,
    o.position,
    o.column_id,
    CASE WHEN x.id IS NULL THEN o.value ELSE x.value END AS value,
    CASE WHEN x.id IS NULL THEN o.text_value ELSE x.text_value END AS text_value
FROM core_indicator_term AS t
JOIN core_form_version AS v
    ON v.programme_id = t.programme_id
    AND v.form = t.form
    AND (t.filed_by = '' OR v.unit = t.filed_by)
JOIN core_observation AS o
    ON o.form_version_id = v.id
    AND o.table_id = t.table_id
    AND (t.column_id = '' OR o.column_id = t.column_id)
    AND (t.row_key = '' OR o.row_key = t.row_key)
LEFT JOIN core_correction AS x
    ON x.form_version_id = o.form_version_id
    AND x.table_id = o.table_id
    AND x.position = o.position
    AND x.column_id = o.column_id
WHERE t.programme_id = :programme
    AND v.period = :period
    AND v.is_current
    AND t.by_cell
ORDER BY t.indicator, t.side, v.unit, o.position, o.column_id

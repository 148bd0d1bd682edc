-- grain: indicator × side × cell of one period, terms that are held to conditions or count rows
-- idempotent: yes, reads only
SELECT
    t.indicator,
    t.side,
    o.unit,
    o.row_key,
    o.position,
    o.column_id,
    o.value,
    o.text_value
FROM core_indicator_term AS t
JOIN core_observation AS o
    ON o.programme_id = t.programme_id
    AND o.form = t.form
    AND o.table_id = t.table_id
    AND (t.column_id = '' OR o.column_id = t.column_id)
    AND (t.row_key = '' OR o.row_key = t.row_key)
    AND (t.filed_by = '' OR o.unit = t.filed_by)
WHERE t.programme_id = :programme
    AND o.period = :period
    AND o.is_current
    AND t.by_cell
ORDER BY t.indicator, t.side, o.unit, o.position, o.column_id

-- grain: indicator × side × unit of one period, terms whose cells are simply added
-- idempotent: yes, reads only
SELECT
    t.indicator,
    t.side,
    o.unit,
    SUM(o.value) AS total,
    COUNT(o.value) AS cells
FROM core_indicator_term AS t
JOIN core_observation AS o
    ON o.programme_id = t.programme_id
    AND o.form = t.form
    AND o.table_id = t.table_id
    AND o.column_id = t.column_id
    AND (t.row_key = '' OR o.row_key = t.row_key)
    AND (t.filed_by = '' OR o.unit = t.filed_by)
WHERE t.programme_id = :programme
    AND o.period = :period
    AND o.is_current
    AND NOT t.by_cell
GROUP BY t.indicator, t.side, o.unit
HAVING COUNT(o.value) > 0
ORDER BY t.indicator, t.side, o.unit

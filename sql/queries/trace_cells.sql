-- grain: side × cell of an indicator's terms in one month, of the form versions that count
-- idempotent: yes, reads only
SELECT
    t.side,
    v.unit AS unit_code,
    u.name AS unit_name,
    v.form,
    o.table_id,
    o.position + 1 AS row_number,
    o.row_key,
    COALESCE(r.name, k.label, o.row_key) AS row_name,
    o.column_id,
    COALESCE(c.label, o.column_id) AS column_name,
    COALESCE(c.measure_unit, '') AS measure_unit,
    CASE WHEN x.id IS NULL THEN o.value ELSE x.value END AS value,
    CASE WHEN x.id IS NULL THEN o.text_value ELSE x.text_value END AS text_value,
    o.value AS submitted_value,
    o.text_value AS submitted_text,
    COALESCE(x.id, '') AS correction,
    v.version,
    s.file_name,
    s.sha256,
    v.sheet,
    o.cell,
    s.arrived_at
FROM core_indicator_term AS t
JOIN core_form_version AS v
    ON v.programme_id = t.programme_id
    AND v.form = t.form
    AND (t.filed_by = '' OR v.unit = t.filed_by)
JOIN raw_submission AS s
    ON s.id = v.submission_id
JOIN core_observation AS o
    ON o.form_version_id = v.id
    AND o.table_id = t.table_id
    AND (t.column_id = '' OR o.column_id = t.column_id)
    AND (t.row_key = '' OR o.row_key = t.row_key)
JOIN core_unit AS u
    ON u.programme_id = v.programme_id
    AND u.code = v.unit
LEFT JOIN core_column AS c
    ON c.programme_id = v.programme_id
    AND c.form = v.form
    AND c.table_id = o.table_id
    AND c.column_id = o.column_id
LEFT JOIN core_row AS k
    ON k.programme_id = v.programme_id
    AND k.form = v.form
    AND k.table_id = o.table_id
    AND k.row_key = o.row_key
LEFT JOIN core_unit AS r
    ON r.programme_id = v.programme_id
    AND r.code = o.row_key
LEFT JOIN core_correction AS x
    ON x.form_version_id = o.form_version_id
    AND x.table_id = o.table_id
    AND x.position = o.position
    AND x.column_id = o.column_id
WHERE t.programme_id = :programme
    AND t.indicator = :indicator
    AND v.period = :period
    AND v.is_current
    AND (:unit = '' OR v.unit = :unit)
ORDER BY t.side DESC, u.ordinal, v.form, o.position, COALESCE(c.ordinal, 0), o.column_id

-- grain: cell of an accepted form version that counts now
-- idempotent: yes, reads only
SELECT
    v.period,
    v.unit AS unit_code,
    u.name AS unit_name,
    v.form,
    f.title AS form_title,
    o.table_id,
    o.position + 1 AS row_number,
    o.row_key,
    COALESCE(r.name, k.label, o.row_key) AS row_name,
    o.column_id,
    COALESCE(c.label, o.column_id) AS column_name,
    COALESCE(c.measure_unit, '') AS measure_unit,
    CASE WHEN x.id IS NULL THEN o.value ELSE x.value END AS value,
    CASE WHEN x.id IS NULL THEN o.text_value ELSE x.text_value END AS text_value,
    o.raw,
    v.version,
    v.state,
    s.file_name,
    s.sha256,
    v.sheet,
    o.cell,
    s.arrived_at,
    o.value AS submitted_value,
    o.text_value AS submitted_text,
    COALESCE(x.id, '') AS correction,
    COALESCE(x.reason, '') AS correction_reason,
    COALESCE(x.made_by, '') AS corrected_by
FROM core_observation AS o
JOIN core_form_version AS v
    ON v.id = o.form_version_id
JOIN raw_submission AS s
    ON s.id = v.submission_id
JOIN core_unit AS u
    ON u.programme_id = v.programme_id
    AND u.code = v.unit
JOIN core_form AS f
    ON f.programme_id = v.programme_id
    AND f.id = v.form
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
WHERE v.programme_id = :programme
    AND (:period = '' OR v.period = :period)
    AND v.is_current
ORDER BY
    v.period,
    u.ordinal,
    f.ordinal,
    o.form_version_id,
    COALESCE(c.ordinal, 0) / 1000,
    o.position,
    COALESCE(c.ordinal, 0),
    o.column_id

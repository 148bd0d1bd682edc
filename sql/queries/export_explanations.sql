-- grain: what one version of a unit's report said of one finding, in one place
-- idempotent: yes, reads only
SELECT
    e.period,
    e.unit AS unit_code,
    u.name AS unit_name,
    e.form,
    COALESCE(f.title, '') AS form_title,
    e.severity,
    e.code,
    e.rule,
    e.table_id,
    e.row_key,
    COALESCE(r.name, k.label, e.row_key) AS row_name,
    e.column_id,
    COALESCE(c.label, e.column_id) AS column_name,
    e.sheet,
    e.cell,
    e.value,
    e.message,
    e.source,
    e.explanation,
    e.filled_by,
    CASE WHEN e.is_standing THEN 'yes' ELSE 'no' END AS still_found,
    s.version,
    COALESCE(v.state, s.state) AS state,
    s.file_name,
    s.sha256,
    s.arrived_at
FROM core_explanation AS e
JOIN raw_submission AS s
    ON s.id = e.submission_id
LEFT JOIN core_form_version AS v
    ON v.submission_id = e.submission_id
    AND v.form = e.form
JOIN core_unit AS u
    ON u.programme_id = e.programme_id
    AND u.code = e.unit
LEFT JOIN core_form AS f
    ON f.programme_id = e.programme_id
    AND f.id = e.form
LEFT JOIN core_column AS c
    ON c.programme_id = e.programme_id
    AND c.form = e.form
    AND c.table_id = e.table_id
    AND c.column_id = e.column_id
LEFT JOIN core_row AS k
    ON k.programme_id = e.programme_id
    AND k.form = e.form
    AND k.table_id = e.table_id
    AND k.row_key = e.row_key
LEFT JOIN core_unit AS r
    ON r.programme_id = e.programme_id
    AND r.code = e.row_key
WHERE e.programme_id = :programme
    AND (:period = '' OR e.period = :period)
ORDER BY e.period, u.ordinal, s.version, e.ordinal

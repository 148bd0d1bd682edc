-- grain: issue that counts now: of the last version of each form, and of the last file as a whole
-- idempotent: yes, reads only
SELECT
    i.period,
    i.unit AS unit_code,
    u.name AS unit_name,
    i.form,
    COALESCE(f.title, '') AS form_title,
    i.severity,
    i.code,
    i.rule,
    i.table_id,
    i.row_key,
    COALESCE(r.name, k.label, i.row_key) AS row_name,
    i.column_id,
    COALESCE(c.label, i.column_id) AS column_name,
    i.sheet,
    i.cell,
    i.value,
    i.expected,
    i.clause,
    i.message,
    i.advice,
    s.version,
    COALESCE(v.state, s.state) AS state,
    s.file_name,
    s.sha256,
    s.arrived_at
FROM core_issue AS i
JOIN raw_submission AS s
    ON s.id = i.submission_id
LEFT JOIN core_form_version AS v
    ON v.id = i.form_version_id
JOIN core_unit AS u
    ON u.programme_id = i.programme_id
    AND u.code = i.unit
LEFT JOIN core_form AS f
    ON f.programme_id = i.programme_id
    AND f.id = i.form
LEFT JOIN core_column AS c
    ON c.programme_id = i.programme_id
    AND c.form = i.form
    AND c.table_id = i.table_id
    AND c.column_id = i.column_id
LEFT JOIN core_row AS k
    ON k.programme_id = i.programme_id
    AND k.form = i.form
    AND k.table_id = i.table_id
    AND k.row_key = i.row_key
LEFT JOIN core_unit AS r
    ON r.programme_id = i.programme_id
    AND r.code = i.row_key
WHERE i.programme_id = :programme
    AND (:period = '' OR i.period = :period)
    AND (v.is_latest OR (i.form_version_id IS NULL AND s.is_latest))
ORDER BY i.period, u.ordinal, COALESCE(f.ordinal, -1), s.version, i.ordinal

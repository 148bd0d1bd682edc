-- grain: form of a unit and period whose last version is held; of all periods or units for ''
-- idempotent: yes, reads only
SELECT
    v.unit,
    v.period,
    v.form,
    v.version,
    s.sha256,
    s.file_name,
    s.arrived_at,
    COALESCE(r.reasons, '') AS reasons,
    COALESCE(r.note, '') AS note,
    COALESCE(r.cells, 0) AS cells
FROM core_form_version AS v
JOIN raw_submission AS s
    ON s.id = v.submission_id
JOIN core_unit AS u
    ON u.programme_id = v.programme_id
    AND u.code = v.unit
JOIN core_form AS f
    ON f.programme_id = v.programme_id
    AND f.id = v.form
LEFT JOIN audit_revision AS r
    ON r.programme_id = v.programme_id
    AND r.period = v.period
    AND r.unit = v.unit
    AND r.form = v.form
    AND r.version = v.version
WHERE v.programme_id = :programme
    AND (:period = '' OR v.period = :period)
    AND (:unit = '' OR v.unit = :unit)
    AND v.is_latest
    AND v.state = 'held'
ORDER BY v.period, u.ordinal, v.version, f.ordinal

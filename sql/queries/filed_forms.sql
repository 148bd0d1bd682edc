-- grain: form of one version of one unit and period
-- idempotent: yes, reads only
SELECT
    s.version,
    v.form,
    v.state,
    COALESCE(MAX(a.observations), 0) AS cells,
    SUM(CASE WHEN i.severity = 'error' THEN 1 ELSE 0 END) AS errors,
    SUM(CASE WHEN i.severity = 'warning' THEN 1 ELSE 0 END) AS warnings,
    SUM(CASE WHEN i.severity = 'notice' THEN 1 ELSE 0 END) AS notices
FROM core_form_version AS v
JOIN raw_submission AS s
    ON s.id = v.submission_id
JOIN core_form AS f
    ON f.programme_id = v.programme_id
    AND f.id = v.form
LEFT JOIN audit_load AS a
    ON a.submission_id = v.submission_id
    AND a.form = v.form
LEFT JOIN core_issue AS i
    ON i.form_version_id = v.id
WHERE v.programme_id = :programme
    AND v.period = :period
    AND v.unit = :unit
GROUP BY s.version, f.ordinal, v.form, v.state
ORDER BY s.version, f.ordinal

-- grain: unit × form of one period of which any version has arrived
-- idempotent: yes, reads only
WITH accepted AS (
    SELECT
        v.unit,
        v.form,
        MIN(s.arrived_at) AS first_accepted_at,
        MAX(CASE WHEN v.is_current THEN v.state END) AS state
    FROM core_form_version AS v
    JOIN raw_submission AS s
        ON s.id = v.submission_id
    WHERE v.programme_id = :programme
        AND v.period = :period
        AND v.state NOT IN ('returned', 'held')
    GROUP BY v.unit, v.form
),
found AS (
    SELECT
        form_version_id,
        SUM(CASE WHEN severity = 'error' THEN 1 ELSE 0 END) AS errors,
        SUM(CASE WHEN severity = 'warning' THEN 1 ELSE 0 END) AS warnings
    FROM core_issue
    WHERE programme_id = :programme
        AND period = :period
        AND form_version_id IS NOT NULL
    GROUP BY form_version_id
)
SELECT
    l.unit,
    l.form,
    COALESCE(a.state, l.state) AS state,
    CASE WHEN l.state = 'held' THEN 1 ELSE 0 END AS held,
    a.first_accepted_at,
    s.arrived_at AS last_arrived_at,
    COALESCE(x.errors, 0) AS errors,
    COALESCE(x.warnings, 0) AS warnings
FROM core_form_version AS l
JOIN raw_submission AS s
    ON s.id = l.submission_id
JOIN core_unit AS u
    ON u.programme_id = l.programme_id
    AND u.code = l.unit
JOIN core_form AS f
    ON f.programme_id = l.programme_id
    AND f.id = l.form
LEFT JOIN accepted AS a
    ON a.unit = l.unit
    AND a.form = l.form
LEFT JOIN found AS x
    ON x.form_version_id = l.id
WHERE l.programme_id = :programme
    AND l.period = :period
    AND l.is_latest
ORDER BY u.ordinal, f.ordinal

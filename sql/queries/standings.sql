-- grain: unit × form of one period of which any version has arrived; warnings without explanation
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
        i.form_version_id,
        SUM(CASE WHEN i.severity = 'error' THEN 1 ELSE 0 END) AS errors,
        SUM(
            CASE
                WHEN i.severity <> 'warning' THEN 0
                WHEN EXISTS (
                    SELECT 1
                    FROM core_explanation AS e
                    WHERE e.submission_id = i.submission_id
                        AND e.form = i.form
                        AND e.code = i.code
                        AND e.rule = i.rule
                        AND e.table_id = i.table_id
                        AND e.row_key = i.row_key
                        AND e.column_id = i.column_id
                        AND e.cell = i.cell
                ) THEN 0
                ELSE 1
            END
        ) AS warnings
    FROM core_issue AS i
    WHERE i.programme_id = :programme
        AND i.period = :period
        AND i.form_version_id IS NOT NULL
    GROUP BY i.form_version_id
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

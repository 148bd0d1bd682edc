-- grain: newest accepted form version of each unit and form between two periods; a 零报告 gives way
--        to an older version that has values
-- idempotent: yes, reads only
WITH newest AS (
    SELECT
        unit,
        form,
        COALESCE(MAX(CASE WHEN state <> 'zero' THEN period END), MAX(period)) AS period
    FROM core_form_version
    WHERE programme_id = :programme
        AND is_current
        AND period BETWEEN :first AND :last
        AND (:unit = '' OR unit = :unit)
    GROUP BY unit, form
)
SELECT
    v.id,
    v.unit,
    v.form,
    v.period,
    v.state,
    v.explanation
FROM newest AS n
JOIN core_form_version AS v
    ON v.programme_id = :programme
    AND v.unit = n.unit
    AND v.form = n.form
    AND v.period = n.period
    AND v.is_current
ORDER BY v.unit, v.form

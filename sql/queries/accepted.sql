-- grain: cell of the newest accepted form version of each unit and form between two periods; one
--        row without a cell for 零报告, which gives way to an older version that has values
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
    v.unit,
    v.form,
    v.period,
    v.state,
    v.explanation,
    o.table_id,
    o.position,
    o.row_key,
    o.column_id,
    o.value,
    o.text_value
FROM newest AS n
JOIN core_form_version AS v
    ON v.programme_id = :programme
    AND v.unit = n.unit
    AND v.form = n.form
    AND v.period = n.period
    AND v.is_current
LEFT JOIN core_observation AS o
    ON o.form_version_id = v.id
ORDER BY v.unit, v.form, o.table_id, o.position, o.column_id

-- grain: cell of the newest accepted form version of each unit and form between two periods; a
--        零报告 gives way to an older version that has values; corrected cells as corrected
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
    o.form_version_id,
    o.table_id,
    o.position,
    o.row_key,
    o.column_id,
    CASE WHEN x.id IS NULL THEN o.value ELSE x.value END AS value,
    CASE WHEN x.id IS NULL THEN o.text_value ELSE x.text_value END AS text_value
FROM core_observation AS o
LEFT JOIN core_correction AS x
    ON x.form_version_id = o.form_version_id
    AND x.table_id = o.table_id
    AND x.position = o.position
    AND x.column_id = o.column_id
WHERE o.form_version_id IN (
    SELECT v.id
    FROM newest AS n
    JOIN core_form_version AS v
        ON v.programme_id = :programme
        AND v.unit = n.unit
        AND v.form = n.form
        AND v.period = n.period
        AND v.is_current
)
ORDER BY o.form_version_id, o.table_id, o.position, o.column_id

-- grain: correction of a period × cell of the form version that counts with its row and column;
--        one row without a cell where there is none, one without a version where none counts
-- idempotent: yes, reads only
SELECT
    k.id,
    v.id AS form_version_id,
    o.position,
    o.value,
    o.text_value
FROM core_correction AS k
LEFT JOIN core_form_version AS v
    ON v.programme_id = k.programme_id
    AND v.period = k.period
    AND v.unit = k.unit
    AND v.form = k.form
    AND v.is_current
LEFT JOIN core_observation AS o
    ON o.form_version_id = v.id
    AND o.table_id = k.table_id
    AND o.column_id = k.column_id
    AND o.row_key = k.row_key
WHERE k.programme_id = :programme
    AND k.period = :period
    AND (:unit = '' OR k.unit = :unit)
ORDER BY k.id, o.position

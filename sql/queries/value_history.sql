-- grain: event in a value's life: a cell of a version that was accepted, a version of a form that
--        was not (no cell of it was loaded), a correction, a withdrawal of one
-- idempotent: yes, reads only
WITH event AS (
    SELECT
        v.programme_id,
        v.period,
        v.unit,
        v.form,
        COALESCE(o.table_id, '') AS table_id,
        COALESCE(o.position, 0) AS position,
        COALESCE(o.row_key, '') AS row_key,
        COALESCE(o.column_id, '') AS column_id,
        'reported' AS event,
        o.value,
        o.text_value,
        COALESCE(o.raw, '') AS raw,
        NULL AS expected_value,
        NULL AS expected_text,
        v.version,
        v.state,
        CASE WHEN v.is_current THEN '是' ELSE '否' END AS counts,
        '' AS reason,
        '' AS made_by,
        s.file_name,
        s.sha256,
        v.sheet,
        COALESCE(o.cell, '') AS cell,
        '' AS correction,
        s.arrived_at,
        s.loaded_at
    FROM core_form_version AS v
    JOIN raw_submission AS s
        ON s.id = v.submission_id
    LEFT JOIN core_observation AS o
        ON o.form_version_id = v.id
    WHERE v.programme_id = :programme
        AND (:period = '' OR v.period = :period)
        AND (:unit = '' OR v.unit = :unit)
        AND (:form = '' OR v.form = :form)
    UNION ALL
    SELECT
        k.programme_id,
        k.period,
        k.unit,
        k.form,
        k.table_id,
        COALESCE(k.position, 0) AS position,
        k.row_key,
        k.column_id,
        CASE WHEN k.withdraws THEN 'withdrawal' ELSE 'correction' END AS event,
        k.value,
        k.text_value,
        '' AS raw,
        k.expected_value,
        k.expected_text,
        COALESCE(v.version, 0) AS version,
        k.state,
        CASE WHEN k.state = 'applied' THEN '是' ELSE '否' END AS counts,
        k.reason,
        k.made_by,
        k.file_name,
        k.sha256,
        '' AS sheet,
        '' AS cell,
        k.id AS correction,
        k.recorded_at AS arrived_at,
        k.recorded_at AS loaded_at
    FROM core_correction AS k
    LEFT JOIN core_form_version AS v
        ON v.id = k.form_version_id
    WHERE k.programme_id = :programme
        AND (:period = '' OR k.period = :period)
        AND (:unit = '' OR k.unit = :unit)
        AND (:form = '' OR k.form = :form)
)
SELECT
    e.period,
    e.unit AS unit_code,
    u.name AS unit_name,
    e.form,
    f.title AS form_title,
    e.table_id,
    CASE WHEN e.column_id = '' THEN NULL ELSE e.position + 1 END AS row_number,
    e.row_key,
    COALESCE(r.name, k.label, e.row_key) AS row_name,
    e.column_id,
    COALESCE(c.label, e.column_id) AS column_name,
    COALESCE(c.measure_unit, '') AS measure_unit,
    e.event,
    e.value,
    e.text_value,
    e.raw,
    e.expected_value,
    e.expected_text,
    e.version,
    e.state,
    e.counts,
    e.reason,
    e.made_by,
    e.file_name,
    e.sha256,
    e.sheet,
    e.cell,
    e.correction,
    e.arrived_at,
    e.loaded_at
FROM event AS e
JOIN core_unit AS u
    ON u.programme_id = e.programme_id
    AND u.code = e.unit
JOIN core_form AS f
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
WHERE (:table = '' OR e.column_id = '' OR e.table_id = :table)
    AND (:row = '' OR e.column_id = '' OR e.row_key = :row)
    AND (:column = '' OR e.column_id = '' OR e.column_id = :column)
ORDER BY
    e.period,
    u.ordinal,
    f.ordinal,
    COALESCE(c.ordinal, -1) / 1000,
    e.position,
    COALESCE(c.ordinal, -1),
    e.column_id,
    e.loaded_at,
    e.arrived_at,
    e.version,
    e.event,
    e.correction

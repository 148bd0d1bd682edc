-- grain: unit of which a version that counts in an earlier period was loaded after the one of the
--        same form that counts in this period; of all units for ''
-- idempotent: yes, reads only
SELECT
    v.unit,
    MAX(t.loaded_at) AS restated_at
FROM core_form_version AS v
JOIN raw_submission AS s
    ON s.id = v.submission_id
JOIN core_form_version AS e
    ON e.programme_id = v.programme_id
    AND e.unit = v.unit
    AND e.form = v.form
    AND e.period BETWEEN :first AND :last
    AND e.is_current
JOIN raw_submission AS t
    ON t.id = e.submission_id
WHERE v.programme_id = :programme
    AND (:unit = '' OR v.unit = :unit)
    AND v.period = :period
    AND v.is_current
    AND t.loaded_at > s.loaded_at
GROUP BY v.unit

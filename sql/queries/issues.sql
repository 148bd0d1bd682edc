-- grain: issue that counts now: of the last version of each form, and of the last file as a whole
-- idempotent: yes, reads only
SELECT i.*
FROM core_issue AS i
JOIN raw_submission AS s
    ON s.id = i.submission_id
LEFT JOIN core_form_version AS v
    ON v.id = i.form_version_id
JOIN core_unit AS u
    ON u.programme_id = i.programme_id
    AND u.code = i.unit
LEFT JOIN core_form AS f
    ON f.programme_id = i.programme_id
    AND f.id = i.form
WHERE i.programme_id = :programme
    AND i.period = :period
    AND (:unit = '' OR i.unit = :unit)
    AND (v.is_latest OR (i.form_version_id IS NULL AND s.is_latest))
ORDER BY u.ordinal, COALESCE(f.ordinal, -1), i.submission_id, i.ordinal

-- grain: unit × form × kind of finding × period, over all versions handed in
-- idempotent: yes, reads only
SELECT
    i.unit,
    i.form,
    i.code,
    i.period,
    COUNT(DISTINCT i.submission_id) AS submissions
FROM core_issue AS i
JOIN core_unit AS u
    ON u.programme_id = i.programme_id
    AND u.code = i.unit
LEFT JOIN core_form AS f
    ON f.programme_id = i.programme_id
    AND f.id = i.form
WHERE i.programme_id = :programme
    AND i.severity <> 'notice'
GROUP BY u.ordinal, COALESCE(f.ordinal, -1), i.unit, i.form, i.code, i.period
ORDER BY u.ordinal, COALESCE(f.ordinal, -1), i.code, i.period

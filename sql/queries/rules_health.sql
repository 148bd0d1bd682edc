-- grain: form × kind of finding × rule; a case is one such finding at one place of one unit and
-- period, however many versions it was found in. Notices are left out.
-- idempotent: yes, reads only
WITH found AS (
    SELECT
        i.unit,
        i.period,
        i.form,
        i.code,
        i.rule,
        i.table_id,
        i.row_key,
        i.column_id,
        i.severity,
        CASE WHEN COALESCE(v.is_latest, s.is_latest) THEN 1 ELSE 0 END AS stands,
        CASE WHEN v.is_latest AND v.state = 'explained' THEN 1 ELSE 0 END AS passed
    FROM core_issue AS i
    JOIN raw_submission AS s
        ON s.id = i.submission_id
    LEFT JOIN core_form_version AS v
        ON v.id = i.form_version_id
    WHERE i.programme_id = :programme
        AND i.severity <> 'notice'
        AND (:period = '' OR i.period = :period)
),
dated AS (
    SELECT
        found.*,
        SUBSTR(period, 1, 5) || CASE SUBSTR(period, 6)
            WHEN 'Q1' THEN '03'
            WHEN 'Q2' THEN '06'
            WHEN 'Q3' THEN '09'
            WHEN 'Q4' THEN '12'
            ELSE SUBSTR(period, 6)
        END AS ends_in
    FROM found
),
cases AS (
    SELECT
        unit,
        period,
        form,
        code,
        rule,
        MIN(severity) AS severity, -- error before warning
        MAX(stands) AS stands,
        MAX(passed) AS passed
    FROM dated
    WHERE (:first = '' OR ends_in >= :first)
        AND (:last = '' OR ends_in <= :last)
    GROUP BY unit, period, form, code, rule, table_id, row_key, column_id
)
SELECT
    c.form,
    COALESCE(f.title, '') AS form_title,
    c.code,
    c.rule,
    MIN(c.severity) AS severity,
    COUNT(*) AS fired,
    SUM(1 - c.stands) AS corrected,
    SUM(c.passed) AS explained,
    SUM(c.stands - c.passed) AS open,
    COUNT(DISTINCT c.unit) AS units,
    COUNT(DISTINCT c.period) AS periods
FROM cases AS c
LEFT JOIN core_form AS f
    ON f.programme_id = :programme
    AND f.id = c.form
GROUP BY f.ordinal, c.form, f.title, c.code, c.rule
ORDER BY COALESCE(f.ordinal, -1), COUNT(*) DESC, c.code, c.rule

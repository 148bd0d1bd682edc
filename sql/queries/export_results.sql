-- grain: indicator × unit × period, months or quarters
-- idempotent: yes, reads only
WITH result AS (
    SELECT 'monthly' AS kind, m.* FROM out_monthly__indicator AS m
    UNION ALL
    SELECT 'quarterly' AS kind, q.* FROM out_quarterly__indicator AS q
)
SELECT
    r.period,
    i.work,
    r.indicator,
    i.name AS indicator_name,
    i.clause,
    i.measure_unit,
    r.unit AS unit_code,
    u.name AS unit_name,
    r.value,
    r.numerator,
    r.denominator,
    r.target,
    r.target_origin,
    r.expected,
    r.progress,
    r.pace_ratio,
    r.colour,
    r.needed,
    r.landing,
    r.units_reported,
    r.units_expected,
    r.computed_at
FROM result AS r
JOIN core_indicator AS i
    ON i.programme_id = r.programme_id
    AND i.id = r.indicator
JOIN core_unit AS u
    ON u.programme_id = r.programme_id
    AND u.code = r.unit
WHERE r.programme_id = :programme
    AND r.kind = :kind
    AND (:period = '' OR r.period = :period)
ORDER BY r.period, i.ordinal, u.ordinal

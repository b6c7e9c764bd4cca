-- Who sold to which terminal by month, all products together: the long past that coverage looks back on, a fraction of the
-- rows of sales_months.
-- grain: one row a month, terminal, seller and territory
-- columns:
--   sales_month         date           first day of the month
--   terminal_id         varchar        the terminal that bought
--   seller_id           varchar        who sold: a distributor, or a manufacturer directly
--   distributor_id      varchar        the selling distributor; empty for direct sales
--   territory_id        varchar        territory the terminal belonged to on the day
--   sales_amount        decimal(38,2)  pure sales, net of returns
--   to_day_amount       decimal(38,2)  pure sales of the days up to the day of the month the data end on
--   last_bought_on      date           last day with a line above zero; empty where there are returns only
--   last_by_day_on      date           the same of the products bought, net, in the days up to that day
select
    sales_month,
    terminal_id,
    seller_id,
    distributor_id,
    territory_id,
    sum(sales_amount) as sales_amount,
    sum(to_day_amount) as to_day_amount,
    max(last_bought_on) as last_bought_on,
    max(case when to_day_amount > 0 then last_bought_on end) as last_by_day_on
from sales_months
group by sales_month, terminal_id, seller_id, distributor_id, territory_id
order by sales_month, seller_id, terminal_id

-- Distributors a reader may filter by, largest first.
-- grain: one row a distributor
-- columns:
--   distributor_id  varchar  the distributor
--   name            varchar  its name
select
    distributors.distributor_id,
    distributors.name
from distributors
left join sales_months on sales_months.distributor_id = distributors.distributor_id
group by distributors.distributor_id, distributors.name
order by coalesce(sum(sales_months.sales_amount), 0) desc, distributors.distributor_id

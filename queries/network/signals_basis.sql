-- What the signals had to look at in the period: pure sales of distributors, and how much of them by batch and by judgement.
-- grain: one row
-- columns:
--   sales_amount      decimal(38,2)  pure sales of distributors
--   judged_amount     decimal(38,2)  of them with territory and authorisation known
--   traced_amount     decimal(38,2)  of batches that can be followed
--   batched_amount    decimal(38,2)  with any batch
--   has_history       boolean        whether the data begin a year before the period ends
select
    cast(coalesce((
        select sum(sales_amount)
        from selected_sales($territories, $manufacturers, $product_lines, $distributors)
        where distributor_id is not null and sales_month >= $period_start::date and sales_month < $period_end::date
    ), 0) as decimal(38, 2)) as sales_amount,
    cast(coalesce((
        select sum(sales_amount)
        from authorised_months
        where authority <> 'unmapped'
            and sales_month >= $period_start::date
            and sales_month < $period_end::date
            and in_territories($territories, territory_id)
            and in_list($manufacturers, manufacturer_id)
            and in_list($product_lines, product_line)
            and in_list($distributors, distributor_id)
    ), 0) as decimal(38, 2)) as judged_amount,
    cast(coalesce((
        select sum(case when trace <> 'untraced' then sales_amount end)
        from batch_months
        where sales_month >= $period_start::date
            and sales_month < $period_end::date
            and in_territories($territories, territory_id)
            and in_list($manufacturers, manufacturer_id)
            and in_list($product_lines, product_line)
            and in_list($distributors, distributor_id)
    ), 0) as decimal(38, 2)) as traced_amount,
    cast(coalesce((
        select sum(sales_amount)
        from batch_months
        where sales_month >= $period_start::date
            and sales_month < $period_end::date
            and in_territories($territories, territory_id)
            and in_list($manufacturers, manufacturer_id)
            and in_list($product_lines, product_line)
            and in_list($distributors, distributor_id)
    ), 0) as decimal(38, 2)) as batched_amount,
    coalesce((select min(sales_month) + interval 12 month < $period_end::date from terminal_months), false) as has_history

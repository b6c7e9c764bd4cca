-- The reader's filters, applied the same way by every question. An empty list means all.
create macro in_territories(chosen, place) as (
    len(chosen::varchar[]) = 0
    or place in (
        select below.territory_id from territory_closure as below where list_contains(chosen::varchar[], below.ancestor_id)
    )
);
create macro in_list(chosen, value) as (len(chosen::varchar[]) = 0 or coalesce(list_contains(chosen::varchar[], value), false));
-- Pure sales under the filters, all months.
create macro selected_sales(territories, manufacturers, product_lines, distributors) as table
    select *
    from sales_months
    where in_territories(territories, territory_id)
        and in_list(manufacturers, manufacturer_id)
        and in_list(product_lines, product_line)
        and in_list(distributors, distributor_id);
-- Pure sales under the filters in the window looked at and in the one compared with, side by side; the base's partial
-- month is cut at the day the data end on.
create macro compared_sales(
    period_start, period_end, base_start, base_end, base_cut_month, territories, manufacturers, product_lines, distributors
) as table
    select
        *,
        case
            when sales_month >= period_start::date and sales_month < period_end::date then sales_amount
            else 0::decimal(38, 2)
        end as current_amount,
        case
            when sales_month >= period_start::date and sales_month < period_end::date then sales_quantity
            else 0::decimal(38, 3)
        end as current_quantity,
        case
            when sales_month < base_start::date or sales_month >= base_end::date then 0::decimal(38, 2)
            when sales_month = base_cut_month::date then to_day_amount
            else sales_amount
        end as base_amount,
        case
            when sales_month < base_start::date or sales_month >= base_end::date then 0::decimal(38, 3)
            when sales_month = base_cut_month::date then to_day_quantity
            else sales_quantity
        end as base_quantity
    from selected_sales(territories, manufacturers, product_lines, distributors)
    where (sales_month >= period_start::date and sales_month < period_end::date)
        or (sales_month >= base_start::date and sales_month < base_end::date);
-- Flows of every stage under the filters, all months. A territory filter speaks of the buyer's territory.
create macro selected_edges(territories, manufacturers, product_lines, distributors) as table
    select *
    from edge_months
    where in_territories(territories, territory_id)
        and in_list(manufacturers, manufacturer_id)
        and in_list(product_lines, product_line)
        and (
            len(distributors::varchar[]) = 0
            or coalesce(list_contains(distributors::varchar[], seller_id), false)
            or coalesce(list_contains(distributors::varchar[], buyer_id), false)
        );

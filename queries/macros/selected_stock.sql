-- Stock by month under the filters. A territory filter speaks of the distributor's home.
create macro selected_stock(territories, manufacturers, product_lines, distributors) as table
    select *
    from stock_months
    where in_territories(territories, territory_id)
        and in_list(manufacturers, manufacturer_id)
        and in_list(product_lines, product_line)
        and in_list(distributors, distributor_id);
-- Value of transfers among the selected distributors themselves in the 90 days up to each month's end: such goods move
-- within the selection and do not leave it. The price is the sender's.
create macro inner_transfers(territories, manufacturers, product_lines, distributors) as table
    with holders as (
        select distinct distributor_id
        from selected_stock(territories, manufacturers, product_lines, distributors)
    ),
    ends as (
        select
            working_days.day_month as stock_month,
            least(max(working_days.day_on), any_value(workspace.data_through_on)) as ends_on
        from working_days
        cross join workspace
        where working_days.day_month <= workspace.data_month
        group by working_days.day_month
    ),
    days as (
        select
            flows.occurred_on,
            flows.seller_id,
            flows.product_id,
            sum(flows.quantity) as quantity
        from flows
        where flows.seller_id in (select distributor_id from holders)
            and flows.buyer_id in (select distributor_id from holders)
        group by flows.occurred_on, flows.seller_id, flows.product_id
    )
    select
        ends.stock_month,
        sum(days.quantity * priced.unit_amount) as inner_amount
    from days
    join (
        select distinct distributor_id, product_id, unit_amount
        from selected_stock(territories, manufacturers, product_lines, distributors)
    ) as priced on priced.distributor_id = days.seller_id and priced.product_id = days.product_id
    join ends on days.occurred_on > ends.ends_on - 90 and days.occurred_on <= ends.ends_on
    group by ends.stock_month;

-- Pure sales by month with the part of them sold by a position in the month: by 0.5 of 21 working days are ten days and
-- half of the eleventh; a day off belongs to the working day before it. As of each day: territory and seller.
create macro selected_to_position(position_rate, territories, manufacturers, product_lines, distributors) as table
    with sold as (
        select
            flows.occurred_on,
            flows.buyer_id as terminal_id,
            senders.distributor_id,
            coalesce(placements.territory_id, terminals.territory_id) as territory_id,
            products.product_line,
            coalesce(products.manufacturer_id, makers.manufacturer_id) as manufacturer_id,
            sum(flows.amount) as sales_amount
        from flows
        join terminals on terminals.terminal_id = flows.buyer_id
        left join distributors as senders on senders.distributor_id = flows.seller_id
        left join manufacturers as makers on makers.manufacturer_id = flows.seller_id
        left join products on products.product_id = flows.product_id
        left join placements on placements.terminal_id = flows.buyer_id
            and placements.placed_from <= flows.occurred_on
            and (placements.placed_to is null or flows.occurred_on < placements.placed_to)
        where (senders.distributor_id is not null or makers.manufacturer_id is not null)
            and flows.buyer_id not in (select receivers.distributor_id from distributors as receivers)
        group by
            flows.occurred_on, flows.buyer_id, senders.distributor_id, coalesce(placements.territory_id, terminals.territory_id),
            products.product_line, coalesce(products.manufacturer_id, makers.manufacturer_id)
    )
    select
        working_days.day_month as sales_month,
        sold.occurred_on,
        sold.terminal_id,
        sold.distributor_id,
        sold.territory_id,
        coalesce(sold.product_line, '') as product_line,
        sold.sales_amount,
        sold.sales_amount::double * case
            when not working_days.is_working_day
                then case when working_days.working_day_number <= position_rate * working_days.working_day_count then 1.0 else 0.0 end
            else greatest(least(position_rate * working_days.working_day_count - working_days.working_day_number + 1, 1.0), 0.0)
        end as reached_amount
    from sold
    join working_days on working_days.day_on = sold.occurred_on
    where in_territories(territories, sold.territory_id)
        and in_list(manufacturers, sold.manufacturer_id)
        and in_list(product_lines, sold.product_line)
        and in_list(distributors, sold.distributor_id);

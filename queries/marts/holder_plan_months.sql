-- Targets in force by month and holder: the highest version of each, lines and all lines together.
-- A manager whose people hold targets in the same months and whose own is the sum of theirs is a roll-up: adding it to
-- them would count twice. So is one whose target differs where hardly any sales are credited to the manager; where they
-- are, it is a book of the manager's own beside theirs, or it holds both and what it has beyond theirs is the manager's,
-- whichever is nearer to what is credited. A total of the file kept as a holder is a roll-up too.
-- grain: one row a month, measure, holder and product line
-- columns:
--   plan_month             date           first day of the month
--   measure                varchar        pure_sales or sell_in
--   holder_kind            varchar        territory, distributor, rep or terminal
--   holder_id              varchar        the holder
--   territory_id           varchar        the holder's territory; empty where it has none
--   product_line           varchar        product line; empty for all lines together
--   target_amount          decimal(38,2)  target value; of a manager's line that holds the people's too, what is beyond them
--   target_to_date_amount  decimal(38,2)  the part of it due by the last day of data, by working days
--   target_quantity        decimal(38,3)  target quantity; empty unless given for all of it
--   version                integer        version in force
--   is_roll_up             boolean        whether it stands for others who have targets in the same month: people below, or all
--   is_summed              boolean        whether it is the sum of its lines' targets, none being given for all lines together
--   covered_amount         decimal(38,2)  pure sales that the target is for: a distributor's or terminal's own, of its lines; empty for others
--   covered_to_day_amount  decimal(38,2)  those of the days up to the day of the month the data end on
with latest as (
    select
        cast(date_trunc('month', month) as date) as plan_month,
        coalesce(measure, 'pure_sales') as measure,
        holder_kind,
        holder_id,
        coalesce(product_line, '') as product_line,
        target_amount,
        target_quantity,
        coalesce(version, 1) as version,
        row_number() over (
            partition by date_trunc('month', month), coalesce(measure, 'pure_sales'), holder_kind, holder_id, coalesce(product_line, '')
            order by coalesce(version, 1) desc
        ) as place
    from targets
),
-- a line that no product has and that is the sum of the holder's other lines is a total of the file, not one more line
newest as (
    select
        latest.*,
        products_lines.product_line is null and latest.product_line <> '' as is_unknown_line,
        sum(case when latest.product_line <> '' then latest.target_amount else 0 end) over (
            partition by latest.plan_month, latest.measure, latest.holder_kind, latest.holder_id
        ) - latest.target_amount as others_amount,
        sum(case when latest.product_line <> '' then 1 else 0 end) over (
            partition by latest.plan_month, latest.measure, latest.holder_kind, latest.holder_id
        ) as line_count
    from latest
    left join (select distinct product_line from products) as products_lines
        on products_lines.product_line = latest.product_line
    where latest.place = 1
),
in_force as (
    select
        plan_month,
        measure,
        holder_kind,
        holder_id,
        product_line,
        cast(target_amount as decimal(38, 2)) as target_amount,
        cast(target_quantity as decimal(38, 3)) as target_quantity,
        version
    from newest
    where not (is_unknown_line and line_count > 2 and abs(target_amount - others_amount) <= abs(others_amount) / 100)
),
summed_lines as (
    select
        plan_month,
        measure,
        holder_kind,
        holder_id,
        '' as product_line,
        sum(target_amount) as target_amount,
        case when count(target_quantity) = count(*) then sum(target_quantity) end as target_quantity,
        max(version) as version
    from in_force
    where product_line <> ''
    group by plan_month, measure, holder_kind, holder_id
),
every_line as (
    select
        *,
        false as is_summed
    from in_force
    union all
    select
        summed_lines.*,
        true as is_summed
    from summed_lines
    left join in_force as given
        on given.plan_month = summed_lines.plan_month
        and given.measure = summed_lines.measure
        and given.holder_kind = summed_lines.holder_kind
        and given.holder_id = summed_lines.holder_id
        and given.product_line = ''
    where given.holder_id is null
),
own_sales as (
    select
        sales_month,
        'distributor' as holder_kind,
        distributor_id as holder_id,
        coalesce(product_line, '') as product_line,
        sum(sales_amount) as sales_amount,
        sum(to_day_amount) as to_day_amount
    from sales_months
    where distributor_id is not null
    group by sales_month, distributor_id, coalesce(product_line, '')
    union all
    select
        sales_month,
        'terminal' as holder_kind,
        terminal_id as holder_id,
        coalesce(product_line, '') as product_line,
        sum(sales_amount) as sales_amount,
        sum(to_day_amount) as to_day_amount
    from sales_months
    group by sales_month, terminal_id, coalesce(product_line, '')
),
-- who leads whom; where no rep has a manager, the territories they work say it
leads as (
    select
        ancestor_id,
        rep_id
    from rep_closure
    where distance > 0
    union all
    select
        above.rep_id as ancestor_id,
        below.rep_id
    from reps as above
    join territory_closure on territory_closure.ancestor_id = above.territory_id and territory_closure.distance > 0
    join reps as below on below.territory_id = territory_closure.territory_id
    where above.territory_id <> '' and not exists (select 1 from rep_closure where distance > 0)
),
-- each manager beside the people below who hold targets in the same month: all of them, those with nobody further down,
-- and the nearest on each way down
paired as (
    select
        managers.plan_month,
        managers.measure,
        managers.holder_id,
        managers.product_line,
        managers.target_amount,
        sum(beneath.target_amount) as all_amount,
        sum(
            case
                when not exists (
                    select 1
                    from every_line as further
                    join leads as down on down.rep_id = further.holder_id
                    where further.holder_kind = 'rep'
                        and further.product_line = beneath.product_line
                        and further.plan_month = beneath.plan_month
                        and further.measure = beneath.measure
                        and down.ancestor_id = beneath.holder_id
                ) then beneath.target_amount
                else 0
            end
        ) as last_amount,
        sum(
            case
                when not exists (
                    select 1
                    from every_line as between_them
                    join leads as up on up.ancestor_id = between_them.holder_id
                    join leads as down on down.rep_id = between_them.holder_id
                    where between_them.holder_kind = 'rep'
                        and between_them.product_line = beneath.product_line
                        and between_them.plan_month = beneath.plan_month
                        and between_them.measure = beneath.measure
                        and up.rep_id = beneath.holder_id
                        and down.ancestor_id = managers.holder_id
                ) then beneath.target_amount
                else 0
            end
        ) as next_amount
    from every_line as managers
    join leads as reports on reports.ancestor_id = managers.holder_id
    join every_line as beneath
        on beneath.holder_kind = 'rep'
        and beneath.holder_id = reports.rep_id
        and beneath.product_line = managers.product_line
        and beneath.plan_month = managers.plan_month
        and beneath.measure = managers.measure
    where managers.holder_kind = 'rep'
    group by managers.plan_month, managers.measure, managers.holder_id, managers.product_line, managers.target_amount
),
own_credit as (
    select
        sales_month,
        rep_id,
        sum(sales_amount) as sales_amount
    from credit_months
    where rep_id <> ''
    group by sales_month, rep_id
),
judged as (
    select
        paired.measure,
        paired.holder_id,
        sum(paired.target_amount) as target_amount,
        sum(paired.all_amount) as all_amount,
        sum(paired.last_amount) as last_amount,
        sum(paired.next_amount) as next_amount,
        sum(case when paired.plan_month <= workspace.data_month then paired.target_amount else 0 end) as due_amount,
        sum(case when paired.plan_month <= workspace.data_month then paired.all_amount else 0 end) as due_all_amount,
        sum(case when paired.plan_month <= workspace.data_month then paired.last_amount else 0 end) as due_last_amount,
        sum(case when paired.plan_month <= workspace.data_month then paired.next_amount else 0 end) as due_next_amount,
        sum(case when paired.plan_month <= workspace.data_month then coalesce(own_credit.sales_amount, 0) else 0 end) as credit_amount,
        min(paired.target_amount - paired.all_amount) as least_all_amount,
        min(paired.target_amount - paired.last_amount) as least_last_amount,
        min(paired.target_amount - paired.next_amount) as least_next_amount
    from paired
    cross join workspace
    left join own_credit on own_credit.rep_id = paired.holder_id and own_credit.sales_month = paired.plan_month
    where paired.product_line = ''
    group by paired.measure, paired.holder_id
),
-- what a manager's line may hold of the manager's own: all of it, or, where it never has less than the people's, what it
-- has beyond them; the nearest to what is credited to the manager tells which
readings as (
    select measure, holder_id, credit_amount, 'own' as reading, due_amount as own_amount, 1 as place
    from judged
    union all
    select measure, holder_id, credit_amount, 'beyond_next', due_amount - due_next_amount, 2
    from judged
    where least_next_amount >= 0
    union all
    select measure, holder_id, credit_amount, 'beyond_last', due_amount - due_last_amount, 3
    from judged
    where least_last_amount >= 0
    union all
    select measure, holder_id, credit_amount, 'beyond_all', due_amount - due_all_amount, 4
    from judged
    where least_all_amount >= 0
),
likely as (
    select
        measure,
        holder_id,
        reading,
        credit_amount >= own_amount / 5 as has_book,
        row_number() over (
            partition by measure, holder_id
            order by
                abs(ln(cast(own_amount as double)) - ln(cast(credit_amount as double))),
                place
        ) as likeness
    from readings
    where own_amount > 0 and credit_amount > 0
),
-- within a hundredth of what stands below it is their sum
verdicts as (
    select
        judged.measure,
        judged.holder_id,
        case
            when abs(judged.target_amount - judged.all_amount) <= abs(judged.all_amount) / 100
                or abs(judged.target_amount - judged.last_amount) <= abs(judged.last_amount) / 100
                or abs(judged.target_amount - judged.next_amount) <= abs(judged.next_amount) / 100
                then 'roll_up'
            when likely.has_book then likely.reading
            else 'roll_up'
        end as reading
    from judged
    left join likely on likely.measure = judged.measure and likely.holder_id = judged.holder_id and likely.likeness = 1
),
-- holders outside of every tree who sell nothing themselves: a total of the file, where they have in every month the sum of
-- all others, of those with nobody below, or of those with nobody above
placed as (
    select
        every_line.plan_month,
        every_line.measure,
        every_line.holder_kind,
        every_line.holder_id,
        every_line.target_amount,
        case every_line.holder_kind
            when 'rep' then every_line.holder_id in (select ancestor_id from leads)
            when 'territory' then every_line.holder_id in (select ancestor_id from territory_closure where distance > 0)
            else false
        end as has_below,
        case every_line.holder_kind
            when 'rep' then every_line.holder_id in (select rep_id from leads)
            when 'territory' then every_line.holder_id in (
                select territory_id from territory_closure where distance > 0 and ancestor_id <> ''
            )
            else false
        end as has_above,
        case every_line.holder_kind
            when 'rep' then every_line.holder_id in (select rep_id from own_credit)
            when 'territory' then every_line.holder_id in (select territory_id from sales_months where territory_id is not null)
            else exists (
                select 1
                from own_sales
                where own_sales.holder_kind = every_line.holder_kind and own_sales.holder_id = every_line.holder_id
            )
        end as sells
    from every_line
    where every_line.product_line = ''
),
beside as (
    select
        *,
        sum(target_amount) over (partition by plan_month, measure, holder_kind) - target_amount as all_amount,
        sum(case when has_below then 0 else target_amount end) over (partition by plan_month, measure, holder_kind)
            - target_amount as last_amount,
        sum(case when has_above then 0 else target_amount end) over (partition by plan_month, measure, holder_kind)
            - target_amount as first_amount,
        count(*) over (partition by plan_month, measure, holder_kind) as holder_count
    from placed
),
sums_of_all as (
    select
        measure,
        holder_kind,
        holder_id
    from beside
    where not has_below and not has_above and not sells
    group by measure, holder_kind, holder_id
    having (min(holder_count) > 3 or (min(holder_count) > 2 and count(*) >= 3))
        and (
            max(case when all_amount <> 0 and abs(target_amount - all_amount) <= abs(all_amount) / 100 then 0 else 1 end) = 0
            or max(case when last_amount <> 0 and abs(target_amount - last_amount) <= abs(last_amount) / 100 then 0 else 1 end) = 0
            or max(case when first_amount <> 0 and abs(target_amount - first_amount) <= abs(first_amount) / 100 then 0 else 1 end) = 0
        )
),
roll_ups as (
    select distinct
        paired.plan_month,
        paired.measure,
        'rep' as holder_kind,
        paired.holder_id
    from paired
    join verdicts on verdicts.measure = paired.measure and verdicts.holder_id = paired.holder_id
    where verdicts.reading = 'roll_up' and paired.product_line = ''
    union
    select
        beside.plan_month,
        beside.measure,
        beside.holder_kind,
        beside.holder_id
    from beside
    join sums_of_all
        on sums_of_all.measure = beside.measure
        and sums_of_all.holder_kind = beside.holder_kind
        and sums_of_all.holder_id = beside.holder_id
),
-- what of a manager's line is the people's, where the rest is the manager's own
peoples as (
    select
        paired.plan_month,
        paired.measure,
        paired.holder_id,
        paired.product_line,
        case verdicts.reading
            when 'beyond_next' then paired.next_amount
            when 'beyond_last' then paired.last_amount
            else paired.all_amount
        end as people_amount
    from paired
    join verdicts on verdicts.measure = paired.measure and verdicts.holder_id = paired.holder_id
    where verdicts.reading in ('beyond_next', 'beyond_last', 'beyond_all')
),
counted as (
    select
        every_line.plan_month,
        every_line.measure,
        every_line.holder_kind,
        every_line.holder_id,
        every_line.product_line,
        cast(every_line.target_amount - coalesce(peoples.people_amount, 0) as decimal(38, 2)) as target_amount,
        case when peoples.holder_id is null then every_line.target_quantity end as target_quantity,
        every_line.version,
        every_line.is_summed
    from every_line
    left join peoples
        on every_line.holder_kind = 'rep'
        and peoples.plan_month = every_line.plan_month
        and peoples.measure = every_line.measure
        and peoples.holder_id = every_line.holder_id
        and peoples.product_line = every_line.product_line
),
-- a target that is the sum of some lines' is for those lines alone
covered as (
    select
        every_line.plan_month,
        every_line.holder_kind,
        every_line.holder_id,
        every_line.product_line,
        sum(own_sales.sales_amount) as covered_amount,
        sum(own_sales.to_day_amount) as covered_to_day_amount
    from every_line
    join own_sales
        on own_sales.sales_month = every_line.plan_month
        and own_sales.holder_kind = every_line.holder_kind
        and own_sales.holder_id = every_line.holder_id
    left join in_force as lined
        on lined.plan_month = every_line.plan_month
        and lined.measure = every_line.measure
        and lined.holder_kind = every_line.holder_kind
        and lined.holder_id = every_line.holder_id
        and lined.product_line = own_sales.product_line
        and lined.product_line <> ''
    where every_line.measure = 'pure_sales'
        and case
            when every_line.is_summed then lined.holder_id is not null
            else every_line.product_line in ('', own_sales.product_line)
        end
    group by every_line.plan_month, every_line.holder_kind, every_line.holder_id, every_line.product_line
)
select
    counted.plan_month,
    counted.measure,
    counted.holder_kind,
    counted.holder_id,
    case counted.holder_kind
        when 'territory' then counted.holder_id
        when 'distributor' then distributors.territory_id
        when 'rep' then reps.territory_id
        else terminals.territory_id
    end as territory_id,
    counted.product_line,
    counted.target_amount,
    cast(
        case
            when counted.plan_month < workspace.data_month then counted.target_amount
            when counted.plan_month > workspace.data_month then 0
            when workspace.is_month_complete then counted.target_amount
            else counted.target_amount * workspace.elapsed_days / workspace.working_days
        end as decimal(38, 2)
    ) as target_to_date_amount,
    counted.target_quantity,
    counted.version,
    roll_ups.holder_id is not null as is_roll_up,
    counted.is_summed,
    case
        when counted.measure = 'pure_sales' and counted.holder_kind in ('distributor', 'terminal')
            then coalesce(covered.covered_amount, 0)
    end as covered_amount,
    case
        when counted.measure = 'pure_sales' and counted.holder_kind in ('distributor', 'terminal')
            then coalesce(covered.covered_to_day_amount, 0)
    end as covered_to_day_amount
from counted
cross join workspace
left join roll_ups
    on roll_ups.plan_month = counted.plan_month
    and roll_ups.measure = counted.measure
    and roll_ups.holder_kind = counted.holder_kind
    and roll_ups.holder_id = counted.holder_id
left join covered
    on counted.measure = 'pure_sales'
    and covered.plan_month = counted.plan_month
    and covered.holder_kind = counted.holder_kind
    and covered.holder_id = counted.holder_id
    and covered.product_line = counted.product_line
left join distributors on counted.holder_kind = 'distributor' and distributors.distributor_id = counted.holder_id
left join reps on counted.holder_kind = 'rep' and reps.rep_id = counted.holder_id
left join terminals on counted.holder_kind = 'terminal' and terminals.terminal_id = counted.holder_id
order by plan_month, measure, holder_kind, holder_id, product_line

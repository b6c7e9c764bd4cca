-- Targets in force by month and holder: the highest version of each, lines and all lines together.
-- A manager whose people hold targets in the same months and whose own is the sum of theirs is a roll-up: adding it to
-- them would count twice. So is one whose target differs where hardly any sales are credited to the manager; where they
-- are, it is a book of the manager's own and counts beside theirs.
-- grain: one row a month, measure, holder and product line
-- columns:
--   plan_month             date           first day of the month
--   measure                varchar        pure_sales or sell_in
--   holder_kind            varchar        territory, distributor, rep or terminal
--   holder_id              varchar        the holder
--   territory_id           varchar        the holder's territory; empty where it has none
--   product_line           varchar        product line; empty for all lines together
--   target_amount          decimal(38,2)  target value
--   target_to_date_amount  decimal(38,2)  the part of it due by the last day of data, by working days
--   target_quantity        decimal(38,3)  target quantity; empty unless given for all of it
--   version                integer        version in force
--   is_roll_up             boolean        whether it stands for people below this manager who have targets in the same month
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
    from latest
    where place = 1
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
-- each manager beside the people below who hold targets in the same month: all of them, those with nobody further down,
-- and the nearest on each way down
paired as (
    select
        managers.plan_month,
        managers.measure,
        managers.holder_id,
        managers.target_amount,
        sum(beneath.target_amount) as all_amount,
        sum(
            case
                when not exists (
                    select 1
                    from every_line as further
                    join rep_closure as down on down.rep_id = further.holder_id and down.distance > 0
                    where further.holder_kind = 'rep'
                        and further.product_line = ''
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
                    join rep_closure as up on up.ancestor_id = between_them.holder_id and up.distance > 0
                    join rep_closure as down on down.rep_id = between_them.holder_id and down.distance > 0
                    where between_them.holder_kind = 'rep'
                        and between_them.product_line = ''
                        and between_them.plan_month = beneath.plan_month
                        and between_them.measure = beneath.measure
                        and up.rep_id = beneath.holder_id
                        and down.ancestor_id = managers.holder_id
                ) then beneath.target_amount
                else 0
            end
        ) as next_amount
    from every_line as managers
    join rep_closure as reports on reports.ancestor_id = managers.holder_id and reports.distance > 0
    join every_line as beneath
        on beneath.holder_kind = 'rep'
        and beneath.holder_id = reports.rep_id
        and beneath.product_line = ''
        and beneath.plan_month = managers.plan_month
        and beneath.measure = managers.measure
    where managers.holder_kind = 'rep' and managers.product_line = ''
    group by managers.plan_month, managers.measure, managers.holder_id, managers.target_amount
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
        sum(case when paired.plan_month <= workspace.data_month then coalesce(own_credit.sales_amount, 0) else 0 end) as credit_amount
    from paired
    cross join workspace
    left join own_credit on own_credit.rep_id = paired.holder_id and own_credit.sales_month = paired.plan_month
    group by paired.measure, paired.holder_id
),
-- where nobody says who leads whom, a holder that in every month has the sum of all others
month_sums as (
    select
        plan_month,
        measure,
        holder_id,
        target_amount,
        sum(target_amount) over (partition by plan_month, measure) - target_amount as others_amount,
        count(*) over (partition by plan_month, measure) as holder_count
    from every_line
    where holder_kind = 'rep' and product_line = ''
),
sums_of_all as (
    select
        measure,
        holder_id
    from month_sums
    where not exists (select 1 from rep_closure where distance > 0)
    group by measure, holder_id
    having count(*) >= 3
        and min(holder_count) > 2
        and max(case when others_amount <> 0 and abs(target_amount - others_amount) <= abs(others_amount) / 100 then 0 else 1 end) = 0
),
-- within a hundredth of what stands below it is their sum; otherwise it is a book of the manager's own where a fifth of it
-- is credited to the manager
roll_ups as (
    select
        paired.plan_month,
        paired.measure,
        'rep' as holder_kind,
        paired.holder_id
    from paired
    join judged on judged.measure = paired.measure and judged.holder_id = paired.holder_id
    where abs(judged.target_amount - judged.all_amount) <= abs(judged.all_amount) / 100
        or abs(judged.target_amount - judged.last_amount) <= abs(judged.last_amount) / 100
        or abs(judged.target_amount - judged.next_amount) <= abs(judged.next_amount) / 100
        or judged.credit_amount < judged.due_amount / 5
        or judged.due_amount <= 0
    union all
    select
        month_sums.plan_month,
        month_sums.measure,
        'rep' as holder_kind,
        month_sums.holder_id
    from month_sums
    join sums_of_all on sums_of_all.measure = month_sums.measure and sums_of_all.holder_id = month_sums.holder_id
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
    every_line.plan_month,
    every_line.measure,
    every_line.holder_kind,
    every_line.holder_id,
    case every_line.holder_kind
        when 'territory' then every_line.holder_id
        when 'distributor' then distributors.territory_id
        when 'rep' then reps.territory_id
        else terminals.territory_id
    end as territory_id,
    every_line.product_line,
    every_line.target_amount,
    cast(
        case
            when every_line.plan_month < workspace.data_month then every_line.target_amount
            when every_line.plan_month > workspace.data_month then 0
            when workspace.is_month_complete then every_line.target_amount
            else every_line.target_amount * workspace.elapsed_days / workspace.working_days
        end as decimal(38, 2)
    ) as target_to_date_amount,
    every_line.target_quantity,
    every_line.version,
    roll_ups.holder_id is not null as is_roll_up,
    every_line.is_summed,
    case
        when every_line.measure = 'pure_sales' and every_line.holder_kind in ('distributor', 'terminal')
            then coalesce(covered.covered_amount, 0)
    end as covered_amount,
    case
        when every_line.measure = 'pure_sales' and every_line.holder_kind in ('distributor', 'terminal')
            then coalesce(covered.covered_to_day_amount, 0)
    end as covered_to_day_amount
from every_line
cross join workspace
left join roll_ups
    on roll_ups.plan_month = every_line.plan_month
    and roll_ups.measure = every_line.measure
    and roll_ups.holder_kind = every_line.holder_kind
    and roll_ups.holder_id = every_line.holder_id
left join covered
    on every_line.measure = 'pure_sales'
    and covered.plan_month = every_line.plan_month
    and covered.holder_kind = every_line.holder_kind
    and covered.holder_id = every_line.holder_id
    and covered.product_line = every_line.product_line
left join distributors on every_line.holder_kind = 'distributor' and distributors.distributor_id = every_line.holder_id
left join reps on every_line.holder_kind = 'rep' and reps.rep_id = every_line.holder_id
left join terminals on every_line.holder_kind = 'terminal' and terminals.terminal_id = every_line.holder_id
order by plan_month, measure, holder_kind, holder_id, product_line

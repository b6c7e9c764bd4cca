"""The demo company: its shape, its books, and its planted truths read back from the tables by plain arithmetic."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from insight.catalog import list_tables, read_table
from insight.company import Company
from insight.demo import SCENARIOS, SIZES, make_company, write_truths
from insight.demo.scenario import SIZES as ALL_SIZES

ROOT = Path(__file__).resolve().parent.parent
THROUGH = pd.Timestamp("2026-09-16")
_TYPES = {
    "varchar": pa.string(),
    "date": pa.date32(),
    "integer": pa.int32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "decimal(18,2)": pa.decimal128(18, 2),
    "decimal(18,3)": pa.decimal128(18, 3),
}
_HASH_PROGRAM = """
import json
from test_demo import hash_company
from insight.demo import make_company
print(json.dumps(hash_company(*make_company())))
"""


@pytest.fixture(scope="module")
def made() -> tuple[Company, dict[str, Any]]:
    return make_company()


@pytest.fixture(scope="module")
def company(made: tuple[Company, dict[str, Any]]) -> Company:
    return made[0]


@pytest.fixture(scope="module")
def truths(made: tuple[Company, dict[str, Any]]) -> dict[str, Any]:
    return made[1]


@pytest.fixture(scope="module")
def frames(company: Company) -> dict[str, pd.DataFrame]:
    """Every table with days as timestamps and decimals as whole cents (amounts) or units (quantities)."""
    result = {}
    for name, table in company.tables.items():
        frame = {}
        for column in table.column_names:
            values = table[column]
            if pa.types.is_decimal(values.type):
                scale = 10**values.type.scale
                frame[column] = (values.cast(pa.float64()).to_pandas() * scale).round()
            elif pa.types.is_date(values.type):
                frame[column] = pd.to_datetime(values.to_pandas())
            else:
                frame[column] = values.to_pandas()
        result[name] = pd.DataFrame(frame)
    return result


@pytest.fixture(scope="module")
def ids(company: Company) -> dict[str, set[str]]:
    """The ids of every table others refer to: its only key column."""
    keys = {name: read_table(name).key for name in company.tables}
    return {name: set(company.tables[name][key[0]].to_pylist()) for name, key in keys.items() if len(key) == 1}


@pytest.fixture(scope="module")
def sales(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Pure sales: what terminals bought, with product line, province and region of the terminal, amounts in cents."""
    flows = frames["flows"][frames["flows"]["buyer_id"].str.startswith("T")]
    places = frames["territories"].set_index("territory_id")["parent_id"]
    terminals = frames["terminals"].set_index("terminal_id")
    found = flows.assign(
        product_line=flows["product_id"].map(frames["products"].set_index("product_id")["product_line"]),
        province=flows["buyer_id"].map(terminals["territory_id"]).map(places),
    )
    return found.assign(region=found["province"].map(places))


def hash_company(company: Company, truths: dict[str, Any]) -> dict[str, str]:
    """A sha256 for every table's Arrow bytes and for the truths."""
    hashes = {}
    for name, table in company.tables.items():
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)
        hashes[name] = hashlib.sha256(sink.getvalue()).hexdigest()
    return hashes | {"truths": hashlib.sha256(json.dumps(truths).encode()).hexdigest()}


# --- the same everywhere -----------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_on_a_lesser_processor(made: tuple[Company, dict[str, Any]]) -> None:
    """Another process without the wide vector instructions, whose exp() differs in last bits, draws the same."""
    environment = os.environ | {
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
        "PYTHONHASHSEED": "11",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
    }
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _HASH_PROGRAM],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(run.stdout) == hash_company(*made)


def test_another_seed_gives_another_company(company: Company) -> None:
    other, _ = make_company(seed=8)
    assert not other.tables["flows"].equals(company.tables["flows"])
    assert other.tables["territories"].equals(company.tables["territories"])


def test_what_is_not_known_is_refused_with_what_is() -> None:
    with pytest.raises(ValueError, match=r"No scenario named 'pharma'\. Known: ivd, clean"):
        make_company(scenario="pharma")
    with pytest.raises(ValueError, match=r"No size named 'huge'\. Known: small, medium, large"):
        make_company(size="huge")
    with pytest.raises(ValueError, match="seed must be 0 or more"):
        make_company(seed=-1)


def test_truths_are_written_as_json(tmp_path: Path, truths: dict[str, Any]) -> None:
    write_truths(tmp_path / "truths.json")
    assert json.loads((tmp_path / "truths.json").read_text(encoding="utf-8")) == truths
    assert (truths["scenario"], truths["seed"], truths["size"]) == ("ivd", 7, "small")
    assert SCENARIOS == ("ivd", "clean") and set(SIZES) == {"small", "medium", "large"} == set(ALL_SIZES)


# --- the model ---------------------------------------------------------------------------------------------------


def test_every_table_of_the_model_is_there_and_filled(company: Company) -> None:
    assert sorted(company.tables) == sorted(list_tables())
    assert all(table.num_rows > 0 for table in company.tables.values())


@pytest.mark.parametrize("name", list_tables())
def test_a_table_keeps_its_schema(
    company: Company, frames: dict[str, pd.DataFrame], ids: dict[str, set[str]], name: str
) -> None:
    """Names and types as declared, nothing required missing, keys unique, allowed values only, references resolve."""
    schema, table = read_table(name), company.tables[name]
    assert [(field.name, field.type) for field in table.schema] == [(c.name, _TYPES[c.type]) for c in schema.columns]
    assert all(table[column].null_count == 0 for column in schema.required)
    frame = frames[name]
    assert not frame.duplicated(list(schema.key)).any()
    for column, values in schema.allowed:
        assert {str(value).removesuffix(".0") for value in frame[column].dropna().unique()} <= set(values)
    for column, targets in schema.refers:
        if column == "holder_id":
            for kind, holders in frame.groupby("holder_kind")["holder_id"]:
                table_name = "territories" if kind == "territory" else f"{kind}s"
                assert set(holders) <= ids[table_name]
        else:
            known = set().union(*(ids[target] for target in targets))
            assert set(frame[column].dropna().unique()) <= known, f"{name}.{column}"


def test_payers_owners_and_employers_are_the_manufacturer_or_a_distributor(frames: dict[str, pd.DataFrame]) -> None:
    known = {"manufacturer", *frames["distributors"]["distributor_id"]}
    for name, column in (
        ("activities", "owner"),
        ("activity_costs", "payer"),
        ("projects", "owner"),
        ("reps", "employer"),
    ):
        assert set(frames[name][column]) <= known
        assert frames[name][column].eq("manufacturer").mean() > 0.5


def test_the_company_has_the_size_asked_for(frames: dict[str, pd.DataFrame]) -> None:
    counts = {name: len(frame) for name, frame in frames.items()}
    assert (counts["terminals"], counts["distributors"], counts["products"]) == (1500, 60, 40)
    assert frames["products"]["product_line"].nunique() == 6 and counts["manufacturers"] == 3
    assert frames["distributors"]["tier"].value_counts().to_dict() == {1: 20, 2: 40}
    assert 380_000 <= counts["flows"] <= 430_000
    assert 22_000 <= counts["visits"] <= 27_000 and counts["activities"] == 180 and counts["reps"] == 45
    assert frames["territories"]["level"].value_counts().loc[["region", "province"]].tolist() == [7, 31]


def test_everything_has_an_english_name_too(frames: dict[str, pd.DataFrame]) -> None:
    for frame in frames.values():
        if "name_en" in frame:
            assert frame["name_en"].str.match(r"^[ -~]+$").all()
            assert frame["name"].is_unique or frame.duplicated(["name", "name_en"]).mean() < 0.01


# --- the books ---------------------------------------------------------------------------------------------------


def test_days_run_from_october_2023_to_the_twelfth_working_day_of_september_2026(
    company: Company, frames: dict[str, pd.DataFrame]
) -> None:
    days = frames["flows"]["occurred_on"]
    assert company.workspace.data_through_on == date(2026, 9, 16)
    assert (days.min(), days.max()) == (pd.Timestamp("2023-10-01"), THROUGH) or days.min() <= pd.Timestamp("2023-10-08")
    assert days.max() == THROUGH and days.is_monotonic_increasing
    assert frames["visits"]["visited_on"].max() <= THROUGH
    assert frames["targets"]["month"].max() == pd.Timestamp("2026-12-01")


def test_every_line_moves_down_the_channel(frames: dict[str, pd.DataFrame]) -> None:
    """Maker to tier 1, tier 1 to its own tier 2s, distributors and a few times the maker to terminals; never up."""
    flows, distributors = frames["flows"], frames["distributors"].set_index("distributor_id")
    seller, buyer = flows["seller_id"].str[0], flows["buyer_id"].str[0]
    kinds = (seller + buyer).value_counts()
    assert set(kinds.index) == {"MD", "DD", "DT", "MT"}
    assert kinds["MT"] < 0.01 * kinds["DT"]
    entry, transfer = flows[(seller == "M") & (buyer == "D")], flows[(seller == "D") & (buyer == "D")]
    assert entry["buyer_id"].map(distributors["tier"]).eq(1).all()
    assert transfer["buyer_id"].map(distributors["parent_id"]).eq(transfer["seller_id"]).all()
    maker = flows["product_id"].map(frames["products"].set_index("product_id")["manufacturer_id"])
    assert (maker[seller == "M"] == flows.loc[seller == "M", "seller_id"]).all()


def test_stock_in_equals_stock_out(frames: dict[str, pd.DataFrame], truths: dict[str, Any]) -> None:
    """Opening + in - out = closing for every distributor, product and month, but for 2% of counts that miss some."""
    flows = frames["flows"]
    counts = frames["stocks"].groupby(["counted_on", "distributor_id", "product_id"])["quantity"].sum().reset_index()
    assert (counts["quantity"] >= 0).all()
    counts = counts[counts["distributor_id"] != truths["late_reporter"]["distributor_id"]]
    wide = counts.pivot_table(index=["distributor_id", "product_id"], columns="counted_on", values="quantity")
    days = list(wide.columns)
    assert len(days) == 37 and days[0] == pd.Timestamp("2023-09-30") and days[-1] == THROUGH
    right = total = 0
    for opening, closing in pairwise(days):
        span = flows[(flows["occurred_on"] > opening) & (flows["occurred_on"] <= closing)]
        came = span.groupby(["buyer_id", "product_id"])["quantity"].sum()
        went = span.groupby(["seller_id", "product_id"])["quantity"].sum()
        expected = wide[opening].add(came.reindex(wide.index, fill_value=0)) - went.reindex(wide.index, fill_value=0)
        gap = (wide[closing] - expected).abs()
        right += int((gap == 0).sum())
        total += len(gap)
        assert gap.sum() < 0.01 * wide[closing].sum()
    assert right / total > 0.94


def test_orders_and_invoices_are_the_documents_of_sell_in(frames: dict[str, pd.DataFrame]) -> None:
    flows = frames["flows"]
    entry = flows[
        flows["seller_id"].str.startswith("M") & flows["buyer_id"].str.startswith("D") & (flows["quantity"] > 0)
    ]
    shipped = entry.groupby("document_no")["amount"].sum()
    orders = frames["orders"].dropna(subset=["shipped_on"]).set_index("order_id")
    assert orders["delivered_amount"].sort_index().eq(shipped.sort_index()).all()
    assert (orders["ordered_amount"] >= orders["delivered_amount"]).all()
    invoices = frames["receivables"]
    assert (invoices["paid_amount"] <= invoices["amount"]).all()
    assert (invoices["paid_on"].notna() == (invoices["paid_amount"] == invoices["amount"])).all()


def test_sales_have_the_shapes_of_the_trade(frames: dict[str, pd.DataFrame], sales: pd.DataFrame) -> None:
    """Long tail, returns, weekends nearly empty, month ends busy, and a dip in the month of each Spring Festival."""
    year = sales[sales["occurred_on"] > THROUGH - pd.Timedelta(days=365)]
    by_terminal = year.groupby("buyer_id")["amount"].sum().sort_values(ascending=False)
    assert 0.40 < by_terminal.head(len(by_terminal) // 10).sum() / by_terminal.sum() < 0.60
    assert 0.010 < (frames["flows"]["quantity"] < 0).mean() < 0.020
    assert (sales["occurred_on"].dt.day_of_week >= 5).mean() < 0.07
    assert (sales["occurred_on"].dt.day >= 26).mean() > 0.20
    monthly = sales.groupby(sales["occurred_on"].dt.to_period("M"))["amount"].sum()
    for festival, usual in (("2024-02", "2024-04"), ("2025-01", "2025-04"), ("2026-02", "2026-04")):
        assert monthly[festival] < 0.85 * monthly[usual]


def test_prices_are_the_list_less_small_discounts(
    frames: dict[str, pd.DataFrame], sales: pd.DataFrame, truths: dict[str, Any]
) -> None:
    """All but those of the one line that the dumper sells below what it pays itself."""
    dumping = truths["disorder"]["dumping"]
    prices = frames["products"].set_index("product_id")
    this_year = sales[sales["occurred_on"] >= "2026-01-01"]
    is_dumped = (this_year["seller_id"] == dumping["distributor_id"]) & (
        this_year["product_line"] == dumping["product_line"]
    )
    dumped = this_year[is_dumped]
    assert dumped["amount"].sum() / 100 == pytest.approx(dumping["amount"])
    assert len(dumped) == dumping["line_count"] and 0.9 < dumping["price_over_purchase"] < 1
    this_year = this_year[~is_dumped]
    # quantities are thousandths of a unit
    unit = this_year["amount"] / (this_year["quantity"] / 1000)
    off = 1 - unit / this_year["product_id"].map(prices["terminal_price_amount"])
    fresh = this_year["quantity"] > 0
    assert off[fresh].between(-0.001, 0.085).all()
    flows = frames["flows"]
    entry = flows[flows["seller_id"].str.startswith("M") & flows["buyer_id"].str.startswith("D")]
    entry = entry[entry["occurred_on"] >= "2026-01-01"]
    unit = entry["amount"] / (entry["quantity"] / 1000)
    assert (unit == entry["product_id"].map(prices["distributor_price_amount"])).all()


# --- the planted truths ------------------------------------------------------------------------------------------


def test_two_regions_are_weak_and_three_provinces_make_most_of_the_shortfall(
    frames: dict[str, pd.DataFrame], sales: pd.DataFrame, truths: dict[str, Any]
) -> None:
    """Year to date over the targets in force to date; of September 12 of 22 working days are due."""
    truth = truths["attainment"]
    targets = frames["targets"]
    targets = targets[(targets["holder_kind"] == "territory") & targets["month"].between("2026-01-01", "2026-09-01")]
    targets = targets.sort_values("version").drop_duplicates(["month", "holder_id", "product_line"], keep="last")
    due = targets["target_amount"].where(targets["month"] < "2026-09-01", targets["target_amount"] * 12 / 22)
    plan = due.groupby(targets["holder_id"]).sum()
    region = frames["territories"].set_index("territory_id")["parent_id"]
    actual = sales[sales["occurred_on"] >= "2026-01-01"].groupby("province")["amount"].sum()
    assert actual.sum() / plan.sum() == pytest.approx(truth["year_to_date"], abs=1e-5)
    by_region = actual.groupby(region).sum() / plan.groupby(region).sum()
    assert by_region.to_dict() == pytest.approx(truth["regions"], abs=1e-5)
    assert truth["year_to_date"] == pytest.approx(0.97, abs=0.005)
    assert by_region["EAST"] == pytest.approx(0.93, abs=0.002)
    assert by_region["CENTRAL"] == pytest.approx(0.91, abs=0.002)
    assert by_region.drop(["EAST", "CENTRAL"]).between(0.97, 1.04).all()
    shortfall = (plan - actual).clip(lower=0)
    weak = shortfall[truth["weak_provinces"]].sum() / shortfall.sum()
    assert weak == pytest.approx(truth["weak_provinces_share_of_shortfall"], abs=1e-5)
    assert weak > 0.75


def test_a_restated_target_replaces_the_one_before(frames: dict[str, pd.DataFrame]) -> None:
    targets = frames["targets"]
    second = targets[targets["version"] == 2]
    assert set(second["holder_id"]) == {"JS", "HA", "HB", "LN", "GD"}
    assert second["month"].min() == pd.Timestamp("2026-07-01")
    keys = ["month", "holder_kind", "holder_id", "product_line", "measure"]
    both = second.merge(targets[targets["version"] == 1], on=keys, suffixes=("", "_before"))
    assert len(both) == len(second)
    assert both["target_amount"].sum() / both["target_amount_before"].sum() == pytest.approx(0.96, abs=0.001)


def test_sales_grow_by_seven_to_ten_percent(sales: pd.DataFrame, truths: dict[str, Any]) -> None:
    day = sales["occurred_on"]
    now = sales[day.between("2026-01-01", "2026-09-16")]["amount"].sum()
    before = sales[day.between("2025-01-01", "2025-09-16")]["amount"].sum()
    assert now / before - 1 == pytest.approx(truths["growth"]["growth"], abs=1e-5)
    assert 0.07 <= now / before - 1 <= 0.10


def test_hundreds_of_terminals_depend_on_one_distributor(sales: pd.DataFrame, truths: dict[str, Any]) -> None:
    truth = truths["dependence"]
    year = sales[sales["occurred_on"] >= truth["since"]]
    sellers = year.groupby("buyer_id")["seller_id"].agg(["nunique", "first"])
    single = sellers[sellers["nunique"] == 1]["first"].value_counts()
    assert single.index[0] == truth["distributor_id"]
    assert single.iloc[0] == truth["terminal_count"] == len(truth["terminal_ids"])
    assert truth["terminal_count"] >= 200 and single.iloc[1] < truth["terminal_count"] / 3
    shares = year.groupby("seller_id")["amount"].sum() / year["amount"].sum()
    assert shares.idxmax() == truth["distributor_id"]
    assert shares.max() == pytest.approx(truth["share_of_pure_sales"], abs=1e-5)
    assert shares.max() > 0.15


def test_two_distributors_load_the_channel_at_quarter_ends(
    frames: dict[str, pd.DataFrame], truths: dict[str, Any]
) -> None:
    """Share of the quarter's sell-in in its last five working days; stock over the quarter's pure sales, at cost."""
    flows, prices = frames["flows"], frames["products"].set_index("product_id")["distributor_price_amount"]
    entry = flows[flows["seller_id"].str.startswith("M") & flows["buyer_id"].str.startswith("D")]
    usual = entry[entry["occurred_on"].between("2026-04-01", "2026-06-30")]
    late = usual[usual["occurred_on"] >= "2026-06-24"].groupby("buyer_id")["amount"].sum()
    shares = (late / usual.groupby("buyer_id")["amount"].sum()).fillna(0).sort_values(ascending=False)
    loaders = truths["loading"]["distributors"]
    assert set(shares.index[:2]) == {loader["distributor_id"] for loader in loaders}
    assert shares.iloc[1] > 0.35 and shares.iloc[2] < 0.25
    for loader in loaders:
        name, quarter = loader["distributor_id"], loader["quarters"][-1]
        assert shares[name] == pytest.approx(quarter["share_in_last_five_days"], abs=1e-5)
        counted = frames["stocks"][frames["stocks"]["counted_on"] == "2026-06-30"]
        counted = counted[counted["distributor_id"] == name]
        stock = (counted["quantity"] * counted["product_id"].map(prices)).sum()
        sold = flows[(flows["seller_id"] == name) & flows["occurred_on"].between("2026-04-01", "2026-06-30")]
        days = stock * 91 / (sold["quantity"] * sold["product_id"].map(prices)).sum()
        # counts miss some units, the book in the truths does not
        assert days == pytest.approx(quarter["stock_days"], rel=0.01)
        assert days == pytest.approx(78, rel=0.05)


def test_one_distributor_sells_a_quarter_outside_its_territory(
    frames: dict[str, pd.DataFrame], sales: pd.DataFrame, truths: dict[str, Any]
) -> None:
    truth = truths["outside_territory"]
    allowed = set(
        frames["authorisations"][["distributor_id", "territory_id", "product_line"]].itertuples(index=False, name=None)
    )
    since = sales[(sales["occurred_on"] >= truth["from"]) & sales["seller_id"].str.startswith("D")]
    keys = zip(since["seller_id"], since["province"], since["product_line"], strict=True)
    is_outside = pd.Series([key not in allowed for key in keys], index=since.index)
    totals = since.groupby("seller_id")["amount"].sum()
    shares = (since[is_outside].groupby("seller_id")["amount"].sum() / totals).dropna().sort_values(ascending=False)
    measured = [truth["offender"], *truth["border_trade"]]
    assert shares.to_dict() == pytest.approx({row["distributor_id"]: row["share"] for row in measured}, abs=1e-5)
    assert shares.index[0] == truth["offender"]["distributor_id"]
    assert 0.18 < shares.iloc[0] < 0.32 and shares.iloc[1] < 0.06
    before = sales[(sales["occurred_on"] < truth["from"]) & sales["seller_id"].str.startswith("D")]
    assert all(
        key in allowed for key in zip(before["seller_id"], before["province"], before["product_line"], strict=True)
    )


def test_twenty_five_regular_accounts_fell_quiet(sales: pd.DataFrame, truths: dict[str, Any]) -> None:
    rows = truths["quiet"]["terminals"]
    assert len(rows) == 25
    days = sales[sales["quantity"] > 0].groupby("buyer_id")["occurred_on"]
    last, count = days.max(), days.nunique()
    for row in rows:
        end = last[row["terminal_id"]]
        assert str(end.date()) == row["last_order_on"]
        assert str(end.to_period("M").start_time.date()) == row["last_order_month"]
        assert pd.Timestamp("2025-12-15") <= end <= pd.Timestamp("2026-05-31")
        assert count[row["terminal_id"]] > 30
    everything = sales[sales["buyer_id"].isin([row["terminal_id"] for row in rows])]
    assert everything["occurred_on"].max() <= pd.Timestamp("2026-06-02")


def test_twelve_grade_a_accounts_are_covered_by_nobody(
    frames: dict[str, pd.DataFrame], sales: pd.DataFrame, truths: dict[str, Any]
) -> None:
    grades = frames["terminal_grades"]
    best = set(grades[grades["valid_to"].isna() & (grades["grade"] == "A")]["terminal_id"])
    live = frames["assignments"]
    owned = set(live[live["valid_to"].isna()]["terminal_id"])
    assert sorted(best - owned) == sorted(truths["uncovered"]["terminal_ids"])
    assert len(best - owned) == 12
    assert not set(frames["visits"]["terminal_id"]) & (best - owned)
    year = sales[sales["occurred_on"] > THROUGH - pd.Timedelta(days=365)]
    amount = year[year["buyer_id"].isin(best - owned)]["amount"].sum()
    assert amount / 100 == pytest.approx(truths["uncovered"]["amount"])


def test_fourteen_grade_a_county_hospitals_never_ordered(
    frames: dict[str, pd.DataFrame], sales: pd.DataFrame, truths: dict[str, Any]
) -> None:
    grades = frames["terminal_grades"]
    best = set(grades[grades["valid_to"].isna() & (grades["grade"] == "A")]["terminal_id"])
    never = sorted(best - set(sales["buyer_id"]))
    assert never == truths["county_gap"]["terminal_ids"] and len(never) == 14
    terminals = frames["terminals"].set_index("terminal_id").loc[never]
    assert set(terminals["level"]) == {"county"} and terminals["is_target"].all()
    potentials = frames["potentials"]
    worth = potentials[potentials["terminal_id"].isin(never) & (potentials["year"] == 2026)]["potential_amount"].sum()
    assert worth / 100 == pytest.approx(truths["county_gap"]["potential_2026_amount"])


def test_one_distributor_has_not_reported_since_august(frames: dict[str, pd.DataFrame], truths: dict[str, Any]) -> None:
    truth = truths["late_reporter"]
    flows = frames["flows"]
    last = flows[flows["seller_id"].str.startswith("D")].groupby("seller_id")["occurred_on"].max()
    assert last[last < "2026-08-01"].index.tolist() == [truth["distributor_id"]]
    assert str(last[truth["distributor_id"]].date()) == truth["last_sale_on"]
    counted = frames["stocks"].groupby("distributor_id")["counted_on"].max()
    assert counted[truth["distributor_id"]] == pd.Timestamp("2026-07-31")
    assert (counted.drop(truth["distributor_id"]) == THROUGH).all()


def test_one_line_fell_in_price_and_sold_more_units(
    frames: dict[str, pd.DataFrame], sales: pd.DataFrame, truths: dict[str, Any]
) -> None:
    """List prices are the old prices x 1.15, so quantity x list price is a volume that prices do not move."""
    truth = truths["price_cut"]
    line = sales[(sales["product_line"] == truth["product_line"]) & (sales["occurred_on"].dt.month <= 8)]
    volume = line["quantity"] * line["product_id"].map(frames["products"].set_index("product_id")["list_price_amount"])
    year = line["occurred_on"].dt.year
    amounts, volumes = line["amount"].groupby(year).sum(), volume.groupby(year).sum()
    price = (amounts[2026] / volumes[2026]) / (amounts[2025] / volumes[2025])
    assert price == pytest.approx(truth["price_index"], abs=1e-4)
    assert price == pytest.approx(0.82, abs=0.005)
    assert volumes[2026] / volumes[2025] == pytest.approx(truth["volume_index"], abs=1e-4)
    assert volumes[2026] > volumes[2025] and amounts[2026] < amounts[2025]


def compare_with_others(
    frames: dict[str, pd.DataFrame], sales: pd.DataFrame, kind: str, earlier: int
) -> tuple[float, float]:
    """How much more those who came bought than others of their region, and than they themselves bought before.

    For each activity: sales of the six months from the event over the sales expected, which are those of the months
    before times the same terminals' ratio among those who were guests nowhere near and bought throughout; all summed.
    """
    months = sales["occurred_on"].dt.to_period("M")
    panel = sales.pivot_table(index="buyer_id", columns=months, values="amount", aggfunc="sum").fillna(0)
    panel = panel.iloc[:, :-1]
    region = sales.drop_duplicates("buyer_id").set_index("buyer_id")["region"].reindex(panel.index)
    # new, closing and quiet terminals tell nothing about growth
    steady = (panel.iloc[:, :6].sum(axis=1) > 0) & (panel.iloc[:, -3:].sum(axis=1) > 0)
    activities = frames["activities"].set_index("activity_id")
    month_of = {
        key: panel.columns.get_loc(period) for key, period in _months(activities).items() if period in panel.columns
    }
    guests = frames["activity_terminals"].query("is_attended == True")
    busy = {
        terminal: [month_of.get(a, -99) for a in group["activity_id"]]
        for terminal, group in guests.groupby("terminal_id")
    }
    came = expected = before = 0.0
    for activity, group in guests.groupby("activity_id"):
        if activities.loc[activity, "kind"] != kind:
            continue
        start = month_of.get(activity, -1)
        if start < earlier or start + 6 > panel.shape[1]:
            continue
        then, now = range(start - earlier, start), range(start, start + 6)
        free = [
            terminal
            for terminal in panel.index[steady]
            if not any(start - earlier - 6 < month < start + 6 for month in busy.get(terminal, []))
        ]
        for place, members in pd.Series(group["terminal_id"].to_numpy()).groupby(
            region.reindex(group["terminal_id"]).to_numpy()
        ):
            donors = panel.loc[[terminal for terminal in free if region[terminal] == place]]
            index = donors.iloc[:, list(now)].to_numpy().sum() / donors.iloc[:, list(then)].to_numpy().sum()
            mine = panel.reindex(members).fillna(0)
            came += mine.iloc[:, list(now)].to_numpy().sum()
            expected += mine.iloc[:, list(then)].to_numpy().sum() * index
            before += mine.iloc[:, list(then)].to_numpy().sum() * 6 / earlier
    return came / expected - 1, came / before - 1


def _months(activities: pd.DataFrame) -> dict[str, pd.Period]:
    done = activities[activities["status"] == "done"]
    return done["starts_on"].dt.to_period("M").to_dict()


def test_department_meetings_work_and_booths_do_not(
    frames: dict[str, pd.DataFrame], sales: pd.DataFrame, truths: dict[str, Any]
) -> None:
    effect, _ = compare_with_others(frames, sales, "department_meeting", 12)
    assert effect == pytest.approx(truths["activities"]["department_meeting"]["mean_uplift_6_months"], abs=0.09)
    assert effect > 0.09
    effect, _ = compare_with_others(frames, sales, "booth", 12)
    assert abs(effect) < 0.09
    assert truths["activities"]["booth"]["uplift_by_month"] == []


def test_regional_meetings_only_seem_to_work(
    frames: dict[str, pd.DataFrame], sales: pd.DataFrame, truths: dict[str, Any]
) -> None:
    """Their guests were growing before: against the year before they gain far more than guests of booths do."""
    _, regional = compare_with_others(frames, sales, "regional_meeting", 12)
    _, booth = compare_with_others(frames, sales, "booth", 12)
    assert regional > booth + 0.05 and regional > 0.10
    assert truths["activities"]["regional_meeting"]["incremental_amount"] == 0.0
    assert truths["activities"]["regional_meeting"]["invites_growing_terminals"]


def test_the_activities_cost_what_the_costs_say(frames: dict[str, pd.DataFrame], truths: dict[str, Any]) -> None:
    done = frames["activities"][frames["activities"]["status"] == "done"]
    for kind, group in done.groupby("kind"):
        costs = frames["activity_costs"]
        spent = costs[costs["activity_id"].isin(group["activity_id"])]["actual_amount"].sum()
        truth = truths["activities"][kind]
        assert (len(group), spent / 100) == (truth["activity_count"], pytest.approx(truth["actual_cost_amount"]))


def test_joint_visits_are_followed_by_more_sales(
    frames: dict[str, pd.DataFrame], sales: pd.DataFrame, truths: dict[str, Any]
) -> None:
    """Terminals with joint visits: months from the visit to two after it against their own other months, trend removed.

    Every terminal-month is divided by all terminals' month and by the terminal's mean of the twelve months around it.
    """
    months = sales["occurred_on"].dt.to_period("M")
    panel = sales.pivot_table(index="buyer_id", columns=months, values="amount", aggfunc="sum").fillna(0).iloc[:, :-1]
    joint = frames["visits"].dropna(subset=["distributor_id"])
    assert set(joint["mode"]) == {"demonstration", "observation"}
    lifted = pd.DataFrame(0.0, index=panel.index, columns=panel.columns)
    pairs = joint.assign(month=joint["visited_on"].dt.to_period("M"))[["terminal_id", "month"]].drop_duplicates()
    for terminal, month in pairs.itertuples(index=False):
        for later in range(3):
            if terminal in lifted.index and month + later in lifted.columns:
                lifted.loc[terminal, month + later] = 1.0
    steady = (panel.iloc[:, :6].sum(axis=1) > 0) & (panel.iloc[:, -3:].sum(axis=1) > 0) & (lifted.sum(axis=1) > 0)
    level = panel.T.rolling(13, center=True, min_periods=7).mean().T
    national = panel.sum() / level.sum()
    inside = (lifted == 1) & steady.to_numpy()[:, None]
    outside = (lifted == 0) & steady.to_numpy()[:, None]
    expected = level.mul(national, axis=1)
    effect = (panel[inside].sum().sum() / expected[inside].sum().sum()) / (
        panel[outside].sum().sum() / expected[outside].sum().sum()
    ) - 1
    assert truths["joint_visits"]["uplift"] == 0.06
    assert 0.02 < effect < 0.10


def test_small_doses_of_disorder_lie_in_the_rows(
    frames: dict[str, pd.DataFrame], sales: pd.DataFrame, truths: dict[str, Any]
) -> None:
    """A round trip nets to nothing, a single purchase is all its terminal ever bought, a batch was shipped to one only."""
    planted, flows = truths["disorder"], frames["flows"]
    trip = planted["round_trip"]
    went = sales[
        (sales["seller_id"] == trip["distributor_id"])
        & (sales["buyer_id"] == trip["terminal_id"])
        & sales["occurred_on"].isin(pd.to_datetime(trip["sold_on"]))
    ].nlargest(trip["line_count"], "amount")
    assert went["amount"].sum() / 100 == pytest.approx(trip["amount"])
    back = sales[(sales["buyer_id"] == trip["terminal_id"]) & (sales["quantity"] < 0)]
    assert set(zip(went["product_id"], went["quantity"], strict=True)) <= set(
        zip(back["product_id"], -back["quantity"], strict=True)
    )
    once = planted["single_purchase"]
    bought = sales[sales["buyer_id"] == once["terminal_id"]]
    assert len(bought) == 1 and bought["amount"].sum() / 100 == pytest.approx(once["amount"])
    stray = planted["stray_batch"]
    lot = flows[flows["batch"] == stray["batch"]]
    assert set(lot.loc[lot["seller_id"].str.startswith("M"), "buyer_id"]) == {stray["shipped_to"]}
    seen = lot[lot["seller_id"] == stray["distributor_id"]]
    assert len(seen) == stray["line_count"] and seen["amount"].sum() / 100 == pytest.approx(stray["amount"])
    hands = planted["many_hands"]
    line = sales[(sales["occurred_on"] >= "2026-01-01") & (sales["product_line"] == hands["product_line"])]
    assert (line.groupby("buyer_id")["seller_id"].nunique()[hands["terminal_ids"]] >= 3).all()


def test_what_a_distributor_ships_is_of_a_batch_it_received_before(frames: dict[str, pd.DataFrame]) -> None:
    """From 2026 on, when what was there before the data began is long gone; the planted stray and its likes apart."""
    flows = frames["flows"][frames["flows"]["quantity"] > 0]
    came = (
        flows[flows["buyer_id"].str.startswith("D")].groupby(["buyer_id", "product_id", "batch"])["occurred_on"].min()
    )
    went = flows[flows["seller_id"].str.startswith("D") & (flows["occurred_on"] >= "2026-01-01")]
    since = came.reindex(pd.MultiIndex.from_frame(went[["seller_id", "product_id", "batch"]]))
    is_known = pd.Series(since.to_numpy() <= went["occurred_on"].to_numpy(), index=went.index)
    assert is_known.mean() > 0.97


def test_the_clean_company_is_the_same_without_disorder(truths: dict[str, Any]) -> None:
    _, clean = make_company("clean")
    assert set(clean["disorder"].values()) == {None}
    assert clean["outside_territory"]["offender"]["outside_amount"] == 0
    assert all(row["share"] < 0.05 for row in clean["outside_territory"]["border_trade"])
    assert all(row["quarters"] == [] for row in clean["loading"]["distributors"])
    assert clean["dependence"]["distributor_id"] == truths["dependence"]["distributor_id"]


def test_truths_stay_out_of_the_tables(company: Company, truths: dict[str, Any]) -> None:
    columns = {column for table in company.tables.values() for column in table.column_names}
    assert not columns & {"role", "is_grower", "uplift", "growth"}
    assert company.workspace.is_synthetic
    assert json.loads(json.dumps(truths)) == truths


def test_the_readme_tells_the_true_values(truths: dict[str, Any]) -> None:
    """Numbers of the stories as the readme writes them, made from the truths."""
    text = (ROOT / "insight" / "demo" / "README.md").read_text(encoding="utf-8")
    attainment, loading = truths["attainment"], truths["loading"]["distributors"]
    outside, cut, joint = truths["outside_territory"], truths["price_cut"], truths["joint_visits"]
    provinces, quarter = attainment["provinces"], loading[0]["quarters"][-1]
    doses = truths["disorder"]
    said = [
        f"{attainment['year_to_date']:.1%} of plan",
        f"Jiangsu {provinces['JS']:.1%}, Henan {provinces['HA']:.1%} and Hubei {provinces['HB']:.1%}",
        f"make {attainment['weak_provinces_share_of_shortfall']:.1%} of",
        f"{truths['growth']['growth']:+.1%} on the same days",
        f"| {truths['dependence']['distributor_id']} is the only supplier",
        f"{truths['dependence']['terminal_count']} terminals, {truths['dependence']['share_of_pure_sales']:.1%} of",
        f"{loading[0]['distributor_id']} and {loading[1]['distributor_id']} take in",
        f"{quarter['share_in_last_five_days']:.1%} of {loading[0]['distributor_id']}",
        f"{quarter['stock_days']:.1f} days",
        f"{outside['offender']['distributor_id']} of Hebei",
        f"{outside['offender']['share']:.1%}; "
        + " and ".join(row["distributor_id"] for row in outside["border_trade"]),
        "(" + ", ".join(f"{row['share']:.1%}" for row in outside["border_trade"]) + ")",
        f"bought {truths['uncovered']['amount'] / 1e6:.1f} m",
        f"potential {truths['county_gap']['potential_2026_amount'] / 1e6:.1f} m",
        f"no count of {truths['late_reporter']['distributor_id']} since",
        f"price {cut['price_index']:.2f}, volume {cut['volume_index']:.2f}, amount {cut['amount_index']:.2f}",
        f"{joint['terminal_count']} terminals in {joint['episode_count']:,} episodes",
        f"{doses['dumping']['distributor_id']} sells immunoassay at {doses['dumping']['price_over_purchase']:.0%}",
        f"{doses['round_trip']['distributor_id']} sells {doses['round_trip']['amount'] / 1e6:.2f} m",
        f"{doses['single_purchase']['terminal_id']} buys for {doses['single_purchase']['amount'] / 1e6:.2f} m",
        f"{doses['stray_batch']['batch']} went to {doses['stray_batch']['shipped_to']} only and turned up with "
        f"{doses['stray_batch']['distributor_id']}, {doses['stray_batch']['amount'] / 1e6:.2f} m",
        f"{len(doses['many_hands']['terminal_ids'])} terminals buy immunoassay from three distributors or more",
    ]
    for kind, truth in truths["activities"].items():
        (row,) = [line for line in text.splitlines() if line.startswith(f"| {kind} |")]
        brought = f"{truth['incremental_amount'] / 1e6:.1f} m" if truth["incremental_amount"] else "0"
        cost = f"{truth['actual_cost_amount'] / 1e6:.1f} m"
        assert row.endswith(f"| {truth['activity_count']} | {truth['attendance_count']} | {brought} | {cost} |")
    assert [part for part in said if part not in text] == []

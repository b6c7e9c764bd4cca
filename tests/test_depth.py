"""Potentials and white space: peers by hand, hidden purchases and potentials found again, words and pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from insight.analysis.depth.logistic import fit_logistic
from insight.analysis.depth.peers import count_nearest, gather_nearest, list_nearest, make_cells, shrink_rates
from insight.analysis.depth.potential import estimate_potentials
from insight.analysis.depth.validation import rank_lost, summarise, try_potentials, try_whitespace
from insight.analysis.depth.whitespace import Grid, estimate_adoption, find_similar
from insight.analysis.depth.worth import estimate_chances, estimate_worth, list_opportunities, pick_quantile
from insight.charts.potential import draw_potential
from insight.charts.reliability import draw_reliability
from insight.charts.theme import Style
from insight.depth import find_offered
from insight.sentences.whitespace import tell_test, tell_whitespace, tell_why

REAL = Path(__file__).resolve().parents[2] / "shared" / "real"


def make_grid(amounts: Any, potentials: Any = None, **columns: Any) -> Grid:
    """A grid of open terminals; without columns all are alike."""
    bought = np.array(amounts, dtype=float)
    count = len(bought)
    terminals = pd.DataFrame(
        {name: columns.get(name, [None] * count) for name in ("type", "level", "region_id", "grade")}
    )
    known = np.full(bought.shape, np.nan) if potentials is None else np.array(potentials, dtype=float)
    return Grid(terminals, bought, known, np.ones(count, dtype=bool), np.zeros(bought.shape, dtype=bool))


# --- peers and quantiles by hand ---------------------------------------------------------------------------------


def test_the_rate_of_peers_leaves_the_terminal_out_and_leans_on_the_wider_cell() -> None:
    """Three hospitals buy 1, 1, 0, two shops 0, 0; five folds of one terminal each. For the first hospital: of the other
    four one buys, a half added to each side: (1 + 0.5) / (4 + 1) = 0.3; of the other two hospitals one:
    (1 + 8 x 0.3) / (2 + 8) = 0.34.
    """
    frame = pd.DataFrame({"type": ["hospital"] * 3 + ["shop"] * 2})
    values = np.array([[1.0], [1.0], [0.0], [0.0], [0.0]])
    rates = shrink_rates(make_cells(frame, ("type",)), values, np.ones_like(values, dtype=bool), folds=5)
    assert rates[0, 0] == pytest.approx(0.34)
    # the third: two of four others, (2.5 / 5 = 0.5); two of two hospitals: (2 + 8 x 0.5) / 10
    assert rates[2, 0] == pytest.approx(0.6)


def test_a_terminals_own_purchase_cannot_be_read_off_its_peers() -> None:
    """Everybody of a fold sees the same rate, whether it buys or not."""
    values = (np.arange(100) % 3 == 0).astype(float)[:, None]
    rates = shrink_rates(make_cells(pd.DataFrame({"type": ["x"] * 100}), ("type",)), values, values >= 0)
    assert len(np.unique(rates[::5])) == 1


def test_a_column_of_one_value_makes_no_cells() -> None:
    frame = pd.DataFrame({"type": ["hospital"] * 3, "level": [None] * 3})
    assert len(make_cells(frame, ("type", "level")).codes) == 1


def test_the_nearest_in_size_are_counted_without_the_terminal_itself() -> None:
    """Sizes 1 to 5, buyers at 1, 2 and 5. The two nearest of 3 are 2 and 4: one buys. Of 5 they are 3 and 4: none."""
    code = np.zeros(5, dtype=np.int64)
    buys = np.array([True, True, False, False, True])
    bought, count = count_nearest(code, np.arange(1.0, 6.0), buys, np.ones(5, dtype=bool), nearest=2)
    assert count.tolist() == [2] * 5
    assert bought.tolist() == [1, 1, 1, 1, 0]


def test_a_closed_terminal_is_nobodys_peer_but_has_peers() -> None:
    code = np.zeros(4, dtype=np.int64)
    buys = np.array([True, True, False, True])
    bought, count = count_nearest(code, np.arange(4.0), buys, np.array([True, True, True, False]), nearest=20)
    assert count.tolist() == [2, 2, 2, 3]
    assert bought.tolist() == [1, 1, 2, 2]


def test_the_nearest_listed_are_those_counted() -> None:
    """Sizes 1 to 5: of 3 the two nearest are 2 and 4, of 5 (at the end) 4 and 3. Whatever the sizes, cells and who is open."""
    code = np.zeros(5, dtype=np.int64)
    listed = list_nearest(code, np.arange(1.0, 6.0), np.ones(5, dtype=bool), nearest=2)
    assert sorted(listed[2]) == [1, 3] and listed[4].tolist() == [3, 2]
    chance = np.random.default_rng(5)
    code, size = chance.integers(0, 4, 90), chance.random(90)
    buys, is_member = chance.random(90) < 0.4, chance.random(90) < 0.8
    bought, count = count_nearest(code, size, buys, is_member, nearest=20)
    whom = list_nearest(code, size, is_member, nearest=20)
    assert ((whom >= 0).sum(axis=1) == count).all()
    assert ((buys[whom] & (whom >= 0)).sum(axis=1) == bought).all()
    assert not (whom == np.arange(90)[:, None]).any()


def test_similar_terminals_are_nearest_in_potential_where_it_is_known() -> None:
    """Thirty hospitals of 10, 20, …, 300, all buying 5: those nearest the one of 150 are 50 to 250. Without potentials all
    are of one size, and the neighbours are those listed beside it. Thirty are fewer than sixty, so the kind is left out.
    """
    grid = make_grid([[5.0]] * 30, type=["hospital"] * 29 + ["clinic"])
    potential = np.arange(10.0, 301.0, 10.0)
    similar = find_similar(grid, potential)
    assert sorted(potential[similar.whom[14]]) == [value for value in np.arange(50.0, 251.0, 10.0) if value != 150]
    assert set(similar.group) == {"all"} and set(similar.group_count) == {29}
    bought, count = similar.count_buyers(grid.is_bought)
    assert (bought[14, 0], count[14]) == (20, 20)
    assert sorted(find_similar(grid, np.zeros(30)).whom[14]) == [*range(4, 14), *range(15, 25)]


def test_the_values_of_the_nearest_come_from_the_own_cell_only() -> None:
    """Two cells; the third terminal asks: its own cell holds 10, 20 and itself. Itself does not count."""
    code = np.array([0, 0, 0, 1, 1])
    found, count = gather_nearest(
        code, np.array([1.0, 2.0, 3.0, 3.0, 3.0]), np.array([10.0, 20.0, 30.0, 99.0, np.nan]), np.array([2, 4]), 3
    )
    assert count.tolist() == [2, 1]
    assert sorted(found[0][:2]) == [10.0, 20.0]
    assert found[1][0] == 99.0


def test_quantiles_lie_where_the_next_value_is_below_with_that_chance() -> None:
    """Of 1 to 9 the 80% range is 1 to 9 itself (places 0.1 x 10 - 1 = 0 and 0.9 x 10 - 1 = 8), the middle 5."""
    row = np.arange(1.0, 10.0)[None, :]
    assert [pick_quantile(row, np.array([9]), part)[0] for part in (0.1, 0.5, 0.9)] == [1.0, 5.0, 9.0]
    assert pick_quantile(np.array([[1.0, 2.0, 4.0]]), np.array([3]), 0.5)[0] == 2.0


def test_what_an_order_is_worth_is_the_median_of_the_buyers_like_it() -> None:
    """Six buy 10 to 60, the seventh nothing: 35, with the range from 10 to 60. The first has five others: 40."""
    grid = make_grid([[10], [20], [30], [40], [50], [60], [0]])
    worth = estimate_worth(grid, np.zeros((7, 1)))
    assert worth.amount[6, 0] == 35 and worth.peer_count[6, 0] == 6
    assert (worth.low[6, 0], worth.high[6, 0]) == (10, 60)
    assert worth.amount[0, 0] == 40


def test_where_potentials_are_known_their_part_counts() -> None:
    """Six buy half of what they could; who could buy 1,000 is expected at 500, though the others buy 10 to 60."""
    bought = [10, 20, 30, 40, 50, 60]
    grid = make_grid([[amount] for amount in bought] + [[0]], [[2 * amount] for amount in bought] + [[1000]])
    assert estimate_worth(grid, np.zeros((7, 1))).amount[6, 0] == 500


def test_four_buyers_are_too_few_for_a_value_or_a_potential() -> None:
    grid = make_grid([[10], [20], [30], [40], [0]])
    assert np.isnan(estimate_worth(grid, np.zeros((5, 1))).amount[4, 0])
    assert np.isnan(estimate_potentials(grid).amount[4, 0])


def test_the_potential_of_nobody_known_is_the_80th_percentile_of_similar_buyers() -> None:
    """Of 100, 200 … 500 the place is 0.8 x 6 - 1 = 3.8, counted from 0: 480. The range runs from 300 to 500."""
    grid = make_grid([[100], [200], [300], [400], [500], [0]])
    estimate = estimate_potentials(grid)
    assert estimate.amount[5, 0] == pytest.approx(480)
    assert (estimate.low[5, 0], estimate.high[5, 0]) == (pytest.approx(300), pytest.approx(500))
    assert not estimate.is_learnt[0]


def test_a_potential_is_never_below_what_is_bought() -> None:
    grid = make_grid([[100], [200], [300], [400], [500], [9_000]])
    estimate = estimate_potentials(grid)
    assert estimate.amount[5, 0] == 9_000 and estimate.high[5, 0] >= 9_000


def test_outcomes_all_alike_teach_the_chance_of_the_count() -> None:
    curve = fit_logistic(np.arange(4.0)[:, None], np.zeros(4), np.zeros(4))
    assert curve.find_chance(np.array([[2.0]]), np.zeros(1))[0] == pytest.approx(0.5 / 5)


def test_a_fit_comes_to_rest_however_far_off_it_begins() -> None:
    """20 of 100 events, begun from log odds of -8: whole steps lead to 65% and farther, halved ones to 20%."""
    outcome, base = (np.arange(100) % 5 == 0).astype(float), np.full(100, -8.0)
    curve = fit_logistic(np.arange(100.0)[:, None], outcome, base)
    assert curve.find_chance(np.arange(100.0)[:, None], base).mean() == pytest.approx(0.2)


def test_lost_purchases_are_ranked_among_what_is_white() -> None:
    """White with chances 0.9 (lost), 0.8, 0.7 (lost), 0.1: one of the first two, and places 1 and 2 of one's own row."""
    recall, rank = rank_lost(
        np.array([[0.9, 0.8], [0.7, 0.1]]), np.zeros((2, 2), dtype=bool), np.array([[True, False], [True, False]])
    )
    assert recall == 0.5 and rank == 1.0


def test_a_chance_comes_from_what_the_year_before_became() -> None:
    """Of 200 like cells white a year ago 40 were bought since, of the terminals that buy the other item: 20%."""
    past = make_grid([[10, 0]] * 200 + [[10, 10]] * 200)
    now = make_grid([[10, 10]] * 40 + [[10, 0]] * 160 + [[10, 10]] * 200)
    told, worth = estimate_adoption(now), estimate_worth(now, np.zeros((400, 2)))
    chances = estimate_chances(
        now,
        told,
        worth,
        past,
        estimate_adoption(past),
        estimate_worth(past, np.zeros((400, 2))),
        np.ones(400, dtype=bool),
    )
    assert (chances.case_count, chances.order_count, chances.is_dated) == (200, 40, True)
    like = find_similar(now, np.zeros(400))
    wanted, buying = np.ones((400, 2), dtype=bool), np.ones(400, dtype=bool)
    listed = list_opportunities(now, told, worth, chances, like, wanted, buying)
    assert len(listed) == 160
    assert listed["chance_rate"].mean() == pytest.approx(0.2, abs=0.08)
    assert (listed["expected_amount"] - listed["chance_rate"] * 10).abs().max() < 1e-9


def test_terminals_that_had_never_ordered_do_not_teach_the_chance_of_a_first_order() -> None:
    """A year ago 100 bought the first item alone, 100 had bought nothing for a year, 100 nothing ever. Since, 20 of the first
    have bought the second item, none of the second anything, and all of the third both: 20 of 100 + 200 cells.
    """
    past = make_grid([[10, 0]] * 100 + [[0, 0]] * 200)
    now = make_grid([[10, 10]] * 20 + [[10, 0]] * 80 + [[0, 0]] * 100 + [[10, 10]] * 100)
    told, worth, size = estimate_adoption(now), estimate_worth(now, np.zeros((300, 2))), np.zeros((300, 2))
    had_ordered = np.arange(300) < 200
    chances = estimate_chances(now, told, worth, past, estimate_adoption(past), estimate_worth(past, size), had_ordered)
    assert (chances.case_count, chances.order_count, chances.is_dated) == (300, 20, True)
    assert chances.first[100:200].max() < chances.first[20:100, 1].min()


def test_a_region_of_few_buyers_does_not_tell_what_is_not_sold_there() -> None:
    """Nobody of 20 in the south buys the second item, and nobody of three in the west: only of the south it is told."""
    regions = ["east"] * 5 + ["south"] * 20 + ["west"] * 3
    grid = make_grid([[10, 10]] * 5 + [[10, 0]] * 23, region_id=regions)
    offered = find_offered(grid)
    assert offered[:, 0].all() and offered[:5, 1].all()
    assert not offered[5:25, 1].any() and offered[25:, 1].all()


def test_an_item_just_launched_is_worth_what_its_first_buyers_bought_so_far() -> None:
    """Six buyers of 10, 20, … 60 within the year, none for twelve months: the middle, 35. Of four buyers nothing is said."""
    grid = make_grid([[10], [20], [30], [40], [50], [60], [0]])
    young = replace(grid, is_young=grid.is_bought)
    assert estimate_worth(young, np.zeros((7, 1))).amount[6, 0] == 35
    few = make_grid([[10], [20], [30], [40], [0]])
    assert np.isnan(estimate_worth(replace(few, is_young=few.is_bought), np.zeros((5, 1))).amount).all()


# --- found again ---------------------------------------------------------------------------------------------------


def test_what_goes_together_is_found_again() -> None:
    """Half of the terminals buy the first three of six items, half the last three; a fifth of the cells is missing."""
    rng = np.random.default_rng(1)
    side = np.arange(300) % 2
    amounts = np.where((np.arange(6)[None, :] // 3 == side[:, None]) & (rng.random((300, 6)) < 0.8), 100.0, 0.0)
    found = summarise(pd.DataFrame(try_whitespace(make_grid(amounts)), columns=list(_COLUMNS)))
    assert found["whitespace", "peers", "recall"] > found["whitespace", "popularity", "recall"] + 0.1
    assert found["whitespace", "peers", "brier"] < found["whitespace", "popularity", "brier"]


def test_where_nothing_goes_together_the_estimate_is_no_worse_than_popularity() -> None:
    rng = np.random.default_rng(2)
    amounts = np.where(rng.random((300, 12)) < np.linspace(0.1, 0.6, 12), 100.0, 0.0)
    found = summarise(pd.DataFrame(try_whitespace(make_grid(amounts)), columns=list(_COLUMNS)))
    assert found["whitespace", "peers", "brier"] < found["whitespace", "popularity", "brier"] * 1.03


def test_hidden_potentials_are_found_again_better_than_by_the_mean() -> None:
    """Potentials spread tenfold; terminals buy 30 to 60% of them."""
    rng = np.random.default_rng(3)
    potentials = np.exp(rng.normal(10, 0.8, (400, 2)))
    grid = make_grid(potentials * rng.uniform(0.3, 0.6, (400, 2)), potentials)
    found = summarise(pd.DataFrame(try_potentials(grid), columns=list(_COLUMNS)))
    assert found["potential", "peers", "error"] < found["potential", "mean", "error"] / 2
    assert found["potential", "peers", "rank"] > found["potential", "neighbour", "rank"]
    assert 0.7 < found["potential", "peers", "coverage"] < 0.9


_COLUMNS = ("topic", "method", "measure", "tenth", "value_rate", "case_count")


def read_adventure_works() -> pd.DataFrame:
    folder = REAL / "adventureworks_reseller_targets"
    sales = pd.read_csv(folder / "FactResellerSales.csv").merge(pd.read_csv(folder / "Resellers.csv"), on="ResellerKey")
    sales = sales.merge(pd.read_csv(folder / "Product.csv"), on="ProductKey")
    return pd.DataFrame(
        {
            "terminal": sales["ResellerKey"],
            "item": sales["Subcategory"],
            "type": sales["BusinessType"],
            "level": None,
            "region_id": sales["Country_Region"],
            "amount": sales["SalesAmount"].astype(float),
            "on": pd.to_datetime(sales["OrderDate"]),
        }
    )


def read_pharma() -> pd.DataFrame:
    sales = pd.read_csv(REAL / "pharma_foresight" / "pharma-data.csv.gz")
    sales = sales[sales["Year"] == 2018]
    return pd.DataFrame(
        {
            "terminal": sales["Customer Name"],
            "item": sales["Product Name"],
            "type": sales["Sub-channel"],
            "level": sales["Channel"],
            "region_id": sales["Country"],
            "amount": sales["Sales"].astype(float),
            "on": pd.to_datetime(sales["Month"] + " " + sales["Year"].astype(str), format="%B %Y"),
        }
    )


def read_superstore() -> pd.DataFrame:
    sales = pd.read_excel(REAL / "superstore_cn" / "示例 - 超市.xls", engine="calamine", sheet_name="订单")
    return pd.DataFrame(
        {
            "terminal": sales["客户 ID"],
            "item": sales["子类别"],
            "type": sales["细分"],
            "level": sales["省/自治区"],
            "region_id": sales["地区"],
            "amount": sales["销售额"].astype(float),
            "on": pd.to_datetime(sales["订单日期"]),
        }
    )


@pytest.mark.skipif(not REAL.is_dir(), reason="the public data sets are not here")
@pytest.mark.parametrize(
    ("read", "gain"),
    [(read_adventure_works, 1.05), (read_pharma, 1.3), (read_superstore, 1.1)],
    ids=["resellers by subcategory", "pharmacies and hospitals by product", "customers by subcategory"],
)
def test_hidden_purchases_of_others_companies_are_found_again(read: Callable[[], pd.DataFrame], gain: float) -> None:
    """Last twelve months of each set; recall against popularity alone and the twenty nearest neighbours, mean of three."""
    sales = read()
    sales = sales[sales["on"] > sales["on"].max() - pd.DateOffset(months=12)]
    table = sales.pivot_table(index="terminal", columns="item", values="amount", aggfunc="sum", fill_value=0.0)
    who = sales.drop_duplicates("terminal").set_index("terminal").reindex(table.index)
    grid = make_grid(table.to_numpy(), **{name: who[name].to_list() for name in ("type", "level", "region_id")})
    trials = [summarise(pd.DataFrame(try_whitespace(grid, seed), columns=list(_COLUMNS))) for seed in range(3)]
    recall, brier = (
        {
            method: float(np.mean([trial["whitespace", method, measure] for trial in trials]))
            for method in ("peers", "popularity", "neighbour")
        }
        for measure in ("recall", "brier")
    )
    assert recall["peers"] > gain * max(recall["popularity"], recall["neighbour"])
    assert brier["peers"] < min(brier["popularity"], brier["neighbour"])


# --- words and pictures ----------------------------------------------------------------------------------------------


def test_sentences_hold_the_same_numbers_in_both_languages() -> None:
    row = {
        "standing": "customer",
        "similar_bought_count": 14,
        "similar_count": 20,
        "all_terminal_count": 12,
        "all_value_amount": 3_000_000.0,
        "all_expected_amount": 200_000.0,
    }
    assert tell_why(row, "en", "CNY") == "14 of 20 similar terminals buy it"
    assert "20" in tell_why(row, "zh", "CNY") and "14" in tell_why(row, "zh", "CNY")
    assert tell_whitespace([row], "en", "CNY").startswith("White space at 12 terminals: ¥3.0m a year")
    assert "12" in tell_whitespace([row], "zh", "CNY")
    found = {
        ("whitespace", method, "recall"): rate
        for method, rate in (("peers", 0.5), ("popularity", 0.3), ("neighbour", 0.2))
    }
    assert tell_test(found, 100, "en") == (
        "Tested on 100 hidden purchases: 50% found again; popularity alone finds 30%, the nearest neighbours 20%."
    )
    assert "no better" in tell_test({**found, ("whitespace", "popularity", "recall"): 0.5}, 100, "en")


def test_estimated_potentials_are_drawn_hollow_and_chances_beside_what_came() -> None:
    style = Style(language="en", is_dark=False, currency="CNY")
    frame = pd.DataFrame(
        {
            "terminal_id": ["T1", "T2"],
            "name": ["T1", "T2"],
            "potential_amount": [1000.0, 2000.0],
            "share_rate": [0.5, 0.2],
            "is_estimated": [True, False],
            "range_text": ["1 to 2", None],
        }
    )
    spec = str(draw_potential(frame, style).to_dict())
    assert "'filling': 0.0" in spec and "Estimated range" in spec
    tenths = pd.DataFrame(
        {"tenth": [1, 2], "predicted_rate": [0.1, 0.8], "observed_rate": [0.2, 0.7], "case_count": [10, 10]}
    )
    assert "Really bought" in str(draw_reliability(tenths, style).to_dict())

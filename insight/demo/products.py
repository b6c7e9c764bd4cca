"""The price list: 40 products in six lines, made by the company itself and by two whose brands it carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from insight.demo import arrow
from insight.demo.chance import Floats, Ints, open_stream, settle
from insight.demo.days import MONTH_STARTS, PLAN_MONTHS, to_day
from insight.demo.scenario import STORIES

MANUFACTURERS = (
    ("M01", "示例诊断", "Demo Diagnostics"),
    ("M02", "样例生物", "Sample Biotech"),
    ("M03", "范例医疗", "Specimen Medical"),
)
# (line, weight in the market, log growth a year on top of the terminal's own)
LINES = (
    ("immunoassay", 0.34, 0.025),
    ("biochemistry", 0.22, -0.020),
    ("coagulation", 0.12, -0.040),
    ("hematology", 0.12, -0.005),
    ("molecular", 0.11, 0.040),
    ("poct", 0.09, 0.020),
)
LINE = {line: place for place, (line, _, _) in enumerate(LINES)}

# line, category, maker, terminal price in yuan, weight, special item, name, English name
_ITEMS = """
immunoassay thyroid 0 620 10 - 促甲状腺激素测定试剂盒 TSH assay kit
immunoassay thyroid 0 640 7 - 游离甲状腺素测定试剂盒 FT4 assay kit
immunoassay tumour 0 980 9 - 甲胎蛋白测定试剂盒 AFP assay kit
immunoassay tumour 0 1040 8 - 癌胚抗原测定试剂盒 CEA assay kit
immunoassay cardiac 0 1560 7 - 肌钙蛋白I测定试剂盒 Troponin I assay kit
immunoassay cardiac 0 1880 5 s 脑钠肽前体测定试剂盒 NT-proBNP assay kit
immunoassay infection 0 1320 6 - 降钙素原测定试剂盒 Procalcitonin assay kit
immunoassay bone 0 890 4 - 25羟基维生素D测定试剂盒 25-OH vitamin D assay kit
immunoassay fertility 1 760 4 - 抗缪勒管激素测定试剂盒 AMH assay kit
immunoassay tumour 0 2150 3 s 异常凝血酶原测定试剂盒 PIVKA-II assay kit
biochemistry liver 0 210 10 - 丙氨酸氨基转移酶试剂 ALT reagent
biochemistry kidney 0 240 9 - 肌酐测定试剂 Creatinine reagent
biochemistry lipid 0 260 8 - 低密度脂蛋白胆固醇试剂 LDL cholesterol reagent
biochemistry glucose 0 320 7 - 糖化血红蛋白试剂 HbA1c reagent
biochemistry protein 0 380 5 - 胱抑素C测定试剂 Cystatin C reagent
biochemistry lipid 1 460 4 - 同型半胱氨酸测定试剂 Homocysteine reagent
biochemistry protein 1 350 3 - 前白蛋白测定试剂 Prealbumin reagent
biochemistry calibrator 0 540 3 - 生化复合校准品 Chemistry multi-calibrator
coagulation routine 0 430 9 - 凝血酶原时间测定试剂 PT reagent
coagulation routine 0 410 8 - 活化部分凝血活酶时间试剂 APTT reagent
coagulation fibrin 0 760 7 - D-二聚体测定试剂盒 D-dimer assay kit
coagulation fibrin 0 450 5 - 纤维蛋白原测定试剂 Fibrinogen reagent
coagulation special 0 1250 3 s 抗凝血酶III测定试剂盒 Antithrombin III assay kit
hematology diluent 1 180 10 - 血细胞分析用稀释液 Hematology diluent
hematology lyse 1 260 9 - 血细胞分析用溶血剂 Hematology lyse
hematology stain 1 420 7 - 白细胞分类染色液 Differential stain
hematology control 1 690 4 - 血细胞分析质控物 Hematology control
hematology reticulocyte 1 780 3 - 网织红细胞染色液 Reticulocyte stain
hematology cleaner 1 150 6 - 血球仪清洗液 Hematology cleaner
molecular hepatitis 2 1150 8 - 乙肝病毒核酸检测试剂盒 HBV DNA test kit
molecular hpv 2 1680 8 - 人乳头瘤病毒核酸检测试剂盒 HPV DNA test kit
molecular respiratory 2 1420 6 - 呼吸道多病原核酸检测试剂盒 Respiratory panel kit
molecular extraction 2 390 7 - 核酸提取试剂 Nucleic acid extraction reagent
molecular oncology 2 3900 3 s 肿瘤基因突变检测试剂盒 Tumour mutation test kit
molecular tuberculosis 2 1260 4 - 结核分枝杆菌核酸检测试剂盒 TB DNA test kit
poct infection 0 28 9 - C反应蛋白快速检测卡 CRP rapid test
poct cardiac 0 66 7 - 心肌三项快速检测卡 Cardiac triple rapid test
poct glucose 0 9 8 - 血糖试纸 Glucose strip
poct infection 2 35 6 - 甲乙流抗原快速检测卡 Influenza A/B rapid test
poct cardiac 0 85 4 - 脑钠肽快速检测卡 BNP rapid test
"""
_LAUNCHES = {
    "25-OH vitamin D assay kit": date(2024, 6, 1),
    "PIVKA-II assay kit": date(2025, 3, 1),
    "BNP rapid test": date(2026, 2, 1),
}


@dataclass(frozen=True)
class Products:
    """The price list as arrays; prices in cents."""

    names: tuple[str, ...]
    names_en: tuple[str, ...]
    categories: tuple[str, ...]
    line: Ints
    maker: Ints
    weight: Floats
    is_special: tuple[bool, ...]
    launched: Ints  # day; before the data for most
    terminal_price: Ints
    distributor_price: Ints
    cost: Ints
    old_terminal_price: Ints  # before the cut; the same where nothing was cut
    old_distributor_price: Ints

    @property
    def count(self) -> int:
        """Number of products."""
        return len(self.names)


def list_products(seed: int) -> Products:
    """The price list. Distributors buy at about 64% of the price to terminals, the maker's cost is about 24% of it."""
    rows = [line.split(maxsplit=7) for line in _ITEMS.strip().splitlines()]
    rng = open_stream(seed, "products")
    old = np.array([int(row[3]) * 100 for row in rows], dtype=np.int64)
    old_buy = np.rint(settle(old * (0.61 + 0.06 * rng.random(len(rows))), 3) / 10).astype(np.int64) * 10
    cost = np.rint(settle(old * (0.20 + 0.08 * rng.random(len(rows))), 3) / 10).astype(np.int64) * 10
    line = np.array([LINE[row[0]] for row in rows], dtype=np.int64)
    is_cut = line == LINE[STORIES.cut_line]
    kept = 100 - round(STORIES.cut_rate * 100)
    return Products(
        names=tuple(row[6] for row in rows),
        names_en=tuple(row[7] for row in rows),
        categories=tuple(row[1] for row in rows),
        line=line,
        maker=np.array([int(row[2]) for row in rows], dtype=np.int64),
        weight=np.array([float(row[4]) for row in rows]),
        is_special=tuple(row[5] == "s" for row in rows),
        launched=np.array(
            [to_day(_LAUNCHES.get(row[7], date(2019 + i % 4, 1 + i % 12, 1))) for i, row in enumerate(rows)]
        ),
        terminal_price=np.where(is_cut, old * kept // 100, old),
        distributor_price=np.where(is_cut, old_buy * kept // 100, old_buy),
        cost=cost,
        old_terminal_price=old,
        old_distributor_price=old_buy,
    )


def line_factors() -> Floats:
    """Demand factor of each line in each month: its own growth, and more volume of the line whose price was cut."""
    years = (np.arange(PLAN_MONTHS) - 12) / 12
    factors = np.array([np.exp(settle(growth * years)) for _, _, growth in LINES])
    since = np.arange(PLAN_MONTHS) - int(np.searchsorted(MONTH_STARTS, to_day(STORIES.cut_from)))
    # two thirds of the extra volume come in the first quarter, all of it after
    response = np.where(since < 0, 0.0, np.where(since < 3, STORIES.cut_volume * 2 / 3, STORIES.cut_volume))
    factors[LINE[STORIES.cut_line]] *= 1 + response
    return settle(factors)


def product_ids(products: Products) -> list[str]:
    """Ids in order: ``P01`` and on."""
    return [f"P{number + 1:02d}" for number in range(products.count)]


def tabulate(products: Products) -> dict[str, pa.Table]:
    """The tables manufacturers and products; list prices are from before the cut, the others in force at the end."""
    return {
        "manufacturers": arrow.fill_table(
            "manufacturers",
            {
                "manufacturer_id": [row[0] for row in MANUFACTURERS],
                "name": [row[1] for row in MANUFACTURERS],
                "name_en": [row[2] for row in MANUFACTURERS],
            },
        ),
        "products": arrow.fill_table(
            "products",
            {
                "product_id": product_ids(products),
                "name": products.names,
                "name_en": products.names_en,
                "manufacturer_id": arrow.pick_text([row[0] for row in MANUFACTURERS], products.maker),
                "product_line": arrow.pick_text([row[0] for row in LINES], products.line),
                "category": products.categories,
                "unit": arrow.pick_text(["box", "test"], (products.line == LINE["poct"]).astype(np.int64)),
                "list_price_amount": arrow.amounts(products.old_terminal_price * 115 // 100),
                "cost_amount": arrow.amounts(products.cost),
                "distributor_price_amount": arrow.amounts(products.distributor_price),
                "terminal_price_amount": arrow.amounts(products.terminal_price),
                "is_specialty": list(products.is_special),
                "launched_on": arrow.dates(products.launched),
            },
        ),
    }

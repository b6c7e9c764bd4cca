"""The names a table or column may bear in a user's file: the model's own, loosely written, and Chinese ones."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Sequence
from functools import cache

from insight.catalog import Question, list_tables, read_table

TABLES = list_tables()

_ALIASES = {
    "manufacturers": ("厂家", "厂商", "生产厂家", "品牌商", "brand owner"),
    "products": ("产品", "品规", "商品", "产品目录", "sku"),
    "territories": ("辖区", "区域", "销售区域", "大区", "region"),
    "distributors": ("经销商", "商业", "代理商", "一级商", "dealer"),
    "terminals": ("终端", "客户", "医院", "终端客户", "机构", "customer"),
    "terminal_grades": ("终端分级", "客户分级", "终端等级"),
    "terminal_territories": ("终端辖区", "辖区调整", "终端归属辖区"),
    "reps": ("代表", "销售代表", "业务员", "人员", "销售人员", "salesperson", "salespeople"),
    "assignments": ("归属", "客户归属", "终端归属", "负责关系"),
    "authorisations": ("授权", "授权区域", "authorization", "authorizations"),
    "agreements": ("协议", "合同"),
    "potentials": ("潜力", "终端潜力"),
    "listings": ("进院", "准入", "进院进度"),
    "flows": ("流向", "流向明细", "销售流向", "出货", "销售明细", "shipment", "shipments"),
    "stocks": ("库存", "经销商库存", "inventory"),
    "targets": ("指标", "目标", "销售指标", "销售目标"),
    "orders": ("订单", "经销商订单"),
    "receivables": ("应收", "应收账款", "发票", "invoice"),
    "activities": ("活动", "市场活动"),
    "activity_costs": ("活动费用",),
    "activity_terminals": ("活动终端", "活动参会", "参会终端"),
    "activity_steps": ("活动步骤", "活动流程"),
    "visits": ("拜访", "拜访记录"),
    "visit_issues": ("拜访问题", "问题"),
    "projects": ("项目", "营销项目"),
}

_NOUNS = {
    "flow": ("流向", "流水", "明细"),
    "manufacturer": ("厂家", "厂商", "生产厂家"),
    "product": ("产品", "商品", "品规"),
    "territory": ("辖区", "区域", "销售区域"),
    "distributor": ("经销商", "商业"),
    "terminal": ("终端", "客户", "机构", "医院"),
    "rep": ("代表", "销售代表", "业务员"),
    "manager": ("经理", "主管", "上级经理"),
    "parent": ("上级", "父级"),
    "seller": ("卖方", "供货方", "发货方"),
    "buyer": ("买方", "购货方", "收货方"),
    "holder": ("指标承担者", "承担者"),
    "agreement": ("协议", "合同"),
    "order": ("订单",),
    "invoice": ("发票",),
    "activity": ("活动",),
    "visit": ("拜访",),
    "issue": ("问题",),
    "project": ("项目",),
}

_COLUMNS = {
    "name": ("名称", "姓名"),
    "name_en": ("英文名称", "英文名"),
    "product_line": ("产品线",),
    "category": ("类别", "分类"),
    "unit": ("单位",),
    "list_price_amount": ("标价", "目录价"),
    "cost_amount": ("成本", "成本价"),
    "distributor_price_amount": ("经销商价", "供货价", "出厂价"),
    "terminal_price_amount": ("终端价",),
    "is_specialty": ("特殊项目", "是否特殊项目"),
    "launched_on": ("上市日期",),
    "level": ("级别", "层级"),
    "tier": ("商业级别", "经销商级别"),
    "city": ("城市", "市"),
    "longitude": ("经度", "lon", "lng"),
    "latitude": ("纬度", "lat"),
    "grade": ("等级", "分级"),
    "stage": ("阶段",),
    "onboarded_on": ("准入日期", "开户日期"),
    "credit_limit_amount": ("信用额度",),
    "credit_days": ("账期", "信用天数"),
    "type": ("类型",),
    "is_target": ("目标终端", "是否目标终端"),
    "opened_on": ("开业日期",),
    "closed_on": ("关闭日期",),
    "valid_from": ("生效日期", "开始日期"),
    "valid_to": ("失效日期", "结束日期"),
    "credit_share": ("分摊比例", "业绩比例"),
    "employer": ("雇主", "所属公司"),
    "occurred_on": ("日期", "发生日期", "流向日期", "销售日期", "出库日期", "date"),
    "quantity": ("数量", "qty"),
    "amount": ("金额", "销售额", "销售金额"),
    "batch": ("批号",),
    "document_no": ("单据号", "单号", "document number"),
    "source": ("来源", "数据来源"),
    "counted_on": ("盘点日期", "库存日期"),
    "expires_on": ("有效期", "效期"),
    "month": ("月份", "年月"),
    "holder_kind": ("承担者类型", "指标类型"),
    "measure": ("口径",),
    "target_amount": ("指标金额", "目标金额"),
    "target_quantity": ("指标数量", "目标数量"),
    "version": ("版本",),
    "year": ("年份", "年度"),
    "potential_amount": ("潜力金额", "潜力"),
    "ordered_on": ("下单日期",),
    "ordered_amount": ("订单金额",),
    "invoiced_on": ("开票日期",),
    "due_on": ("到期日", "到期日期"),
    "paid_on": ("回款日期", "付款日期"),
    "paid_amount": ("回款金额", "已付金额"),
    "visited_on": ("拜访日期",),
    "starts_on": ("开始日期",),
    "ends_on": ("结束日期",),
    "kind": ("类型", "种类"),
}


@cache
def read_schema(table: str) -> Question:
    """The schema of a table, read once."""
    return read_table(table)


def simplify(name: str) -> str:
    """The name without case, blanks, marks and width.

    >>> simplify("Flow ID") == simplify("flow_id")
    True
    """
    return re.sub(r"[\s_\-.·:：*()（）]+", "", unicodedata.normalize("NFKC", name).casefold())


def _singular(name: str) -> str:
    name = re.sub(r"ies$", "y", name)
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


_TABLE_OF = {
    form: table
    for table in TABLES
    for name in (table, *_ALIASES.get(table, ()))
    for form in (simplify(name), _singular(simplify(name)))
}


def find_table(name: str) -> str | None:
    """The model's table that a file's stem or a sheet's name means, or None."""
    simple = simplify(re.sub(r"\.(csv|tsv|txt|xlsx|xls|parquet)$", "", name, flags=re.IGNORECASE))
    return _TABLE_OF.get(simple) or _TABLE_OF.get(_singular(simple))


@cache
def column_forms(table: str, column: str) -> frozenset[str]:
    """Every simplified name under which ``column`` of ``table`` is recognised."""
    names = [column, *_COLUMNS.get(column, ())]
    if column.endswith("_id"):
        noun = column.removesuffix("_id")
        names += [f"{word}{end}" for word in _NOUNS.get(noun, ()) for end in ("编号", "编码", "代码", "ID", "id")]
    noun = _singular(table)
    if column == "name":
        names += [f"{word}名称" for word in _NOUNS.get(noun, ())] + [f"{noun}_name"]
    return frozenset(simplify(name) for name in names)


def match_columns(table: str, header: Sequence[str]) -> tuple[dict[str, int], list[tuple[str, int, int]]]:
    """Where each column of ``table`` stands in ``header``: (places, doubles as (column, first, second)).

    The model's own name goes before an alias.
    """
    places: dict[str, int] = {}
    doubles: list[tuple[str, int, int]] = []
    simple = [simplify(name) for name in header]
    for column in read_schema(table).column_names:
        own = [place for place, name in enumerate(simple) if name == simplify(column)]
        found = own or [place for place, name in enumerate(simple) if name in column_forms(table, column)]
        found = [place for place in found if place not in places.values()]
        if found:
            places[column] = found[0]
        if len(found) > 1:
            doubles.append((column, found[0], found[1]))
    return places, doubles


def find_nearest(name: str, known: Collection[str], count: int = 3) -> list[str]:
    """The known names most like ``name``, the best first."""
    by_simple = {simplify(other): other for other in known}
    near = difflib.get_close_matches(simplify(name), list(by_simple), n=count, cutoff=0.5)
    return [by_simple[simple] for simple in near]


def letter(position: int) -> str:
    """Excel's letter of a column counted from 0.

    >>> [letter(place) for place in (0, 25, 26, 702)]
    ['A', 'Z', 'AA', 'AAA']
    """
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters

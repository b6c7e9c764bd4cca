"""China's 34 province-level units: codes after ISO 3166-2:CN, short names, and their places in a grid of tiles."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple


class Province(NamedTuple):
    """One province-level unit; column and row are its tile's place, counted from the top left."""

    code: str
    name_zh: str
    name_en: str
    column: int
    row: int


PROVINCES: tuple[Province, ...] = (
    Province("HL", "黑龙江", "Heilongjiang", 7, 0),
    Province("NM", "内蒙古", "Inner Mongolia", 4, 1),
    Province("JL", "吉林", "Jilin", 7, 1),
    Province("XJ", "新疆", "Xinjiang", 0, 2),
    Province("GS", "甘肃", "Gansu", 2, 2),
    Province("NX", "宁夏", "Ningxia", 3, 2),
    Province("BJ", "北京", "Beijing", 5, 2),
    Province("TJ", "天津", "Tianjin", 6, 2),
    Province("LN", "辽宁", "Liaoning", 7, 2),
    Province("QH", "青海", "Qinghai", 1, 3),
    Province("SN", "陕西", "Shaanxi", 3, 3),
    Province("SX", "山西", "Shanxi", 4, 3),
    Province("HE", "河北", "Hebei", 5, 3),
    Province("SD", "山东", "Shandong", 6, 3),
    Province("XZ", "西藏", "Tibet", 0, 4),
    Province("SC", "四川", "Sichuan", 2, 4),
    Province("CQ", "重庆", "Chongqing", 3, 4),
    Province("HA", "河南", "Henan", 4, 4),
    Province("AH", "安徽", "Anhui", 5, 4),
    Province("JS", "江苏", "Jiangsu", 6, 4),
    Province("SH", "上海", "Shanghai", 7, 4),
    Province("HB", "湖北", "Hubei", 4, 5),
    Province("JX", "江西", "Jiangxi", 5, 5),
    Province("ZJ", "浙江", "Zhejiang", 6, 5),
    Province("YN", "云南", "Yunnan", 2, 6),
    Province("GZ", "贵州", "Guizhou", 3, 6),
    Province("HN", "湖南", "Hunan", 4, 6),
    Province("GD", "广东", "Guangdong", 5, 6),
    Province("FJ", "福建", "Fujian", 6, 6),
    Province("TW", "台湾", "Taiwan", 7, 6),
    Province("GX", "广西", "Guangxi", 3, 7),
    Province("MO", "澳门", "Macao", 4, 7),
    Province("HK", "香港", "Hong Kong", 5, 7),
    Province("HI", "海南", "Hainan", 3, 8),
)

# Which adjoin, on land or across a strait with daily ferries (Hainan)
_BORDERS = """
HL: NM JL
NM: HL JL LN HE SX SN NX GS
JL: LN
XJ: GS QH XZ
GS: NX QH SN SC
NX: SN
BJ: TJ HE
TJ: HE
LN: HE
QH: SC XZ
SN: SX HA HB CQ SC
SX: HE HA
HE: SD HA
SD: HA AH JS
XZ: SC YN
SC: CQ GZ YN
CQ: HB HN GZ
HA: AH HB
AH: JS ZJ HB JX
JS: SH ZJ
SH: ZJ
HB: HN JX
JX: ZJ FJ HN GD
ZJ: FJ
YN: GZ GX
GZ: HN GX
HN: GD GX
GD: FJ GX HK MO HI
"""


def _read_borders() -> dict[str, frozenset[str]]:
    pairs = [
        (head, code)
        for head, _, tail in (line.partition(":") for line in _BORDERS.strip().splitlines())
        for code in tail.split()
    ]
    both = [*pairs, *((other, one) for one, other in pairs)]
    return {province.code: frozenset(other for one, other in both if one == province.code) for province in PROVINCES}


PROVINCES_BESIDE: dict[str, frozenset[str]] = _read_borders()

# What official and everyday names add to the short ones; the longest must go first
_SUFFIXES_ZH = ("维吾尔自治区", "特别行政区", "壮族自治区", "回族自治区", "自治区", "省", "市")
_SUFFIXES_EN = (
    "specialadministrativeregion",
    "uyghurautonomousregion",
    "uygurautonomousregion",
    "zhuangautonomousregion",
    "huiautonomousregion",
    "autonomousregion",
    "municipality",
    "province",
    "city",
    "sar",
)
_OTHER_NAMES = {
    "neimongol": "NM",
    "neimenggu": "NM",
    "xizang": "XZ",
    "macau": "MO",
    "hongkong": "HK",
    "臺灣": "TW",
    "澳門": "MO",
    "hlj": "HL",
    "nmg": "NM",
}


def fold_name(name: str) -> str:
    """A name without spaces, hyphens, apostrophes and case: 'Inner Mongolia' is 'innermongolia'."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


@cache
def list_names() -> dict[str, str]:
    """Every folded name and code, to its code."""
    names = dict(_OTHER_NAMES)
    for province in PROVINCES:
        for name in (province.code, province.name_zh, province.name_en):
            names[fold_name(name)] = province.code
    return names


def find_province(name: str | None) -> str | None:
    """The code of a province however it is written, or None: '江苏省', 'Jiangsu Province' and 'CN-JS' are 'JS'."""
    if not name:
        return None
    folded = fold_name(str(name))
    names = list_names()
    found = names.get(folded)
    if found is None and folded.startswith("cn"):
        found = names.get(folded[2:])
    for suffix in (*_SUFFIXES_ZH, *_SUFFIXES_EN):
        if found is None and folded.endswith(suffix):
            found = names.get(folded[: -len(suffix)])
    return found

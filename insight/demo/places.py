"""The 31 provinces of the Chinese mainland in seven sales regions, and some of their cities. Only places are real."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    """A city (in the four municipalities: a district) with the middle of it."""

    name: str
    name_en: str
    longitude: float
    latitude: float


@dataclass(frozen=True)
class Province:
    """A province: its region, its weight in the market, and its cities, the largest first."""

    code: str
    name: str
    name_en: str
    region: int
    weight: float
    cities: tuple[City, ...]


REGIONS = (
    ("EAST", "华东", "East"),
    ("CENTRAL", "华中", "Central"),
    ("NORTH", "华北", "North"),
    ("NORTHEAST", "东北", "Northeast"),
    ("NORTHWEST", "西北", "Northwest"),
    ("SOUTH", "华南", "South"),
    ("SOUTHWEST", "西南", "Southwest"),
)
EAST, CENTRAL, NORTH, NORTHEAST, NORTHWEST, SOUTH, SOUTHWEST = range(7)

_LINES = """
SH 上海 Shanghai 0 4.6: 浦东 Pudong 121.54 31.22; 徐汇 Xuhui 121.44 31.19; 杨浦 Yangpu 121.53 31.26
JS 江苏 Jiangsu 0 9.0: 南京 Nanjing 118.80 32.06; 苏州 Suzhou 120.58 31.30; 无锡 Wuxi 120.31 31.49
ZJ 浙江 Zhejiang 0 6.6: 杭州 Hangzhou 120.16 30.27; 宁波 Ningbo 121.55 29.87; 温州 Wenzhou 120.70 28.00
AH 安徽 Anhui 0 3.8: 合肥 Hefei 117.23 31.82; 芜湖 Wuhu 118.43 31.35; 阜阳 Fuyang 115.81 32.89
FJ 福建 Fujian 0 3.8: 福州 Fuzhou 119.30 26.07; 厦门 Xiamen 118.09 24.48; 泉州 Quanzhou 118.68 24.87
JX 江西 Jiangxi 0 2.7: 南昌 Nanchang 115.86 28.68; 赣州 Ganzhou 114.93 25.83
SD 山东 Shandong 0 6.8: 济南 Jinan 117.12 36.65; 青岛 Qingdao 120.38 36.07; 临沂 Linyi 118.36 35.10
HA 河南 Henan 1 5.2: 郑州 Zhengzhou 113.63 34.75; 洛阳 Luoyang 112.45 34.62; 南阳 Nanyang 112.53 32.99
HB 湖北 Hubei 1 4.4: 武汉 Wuhan 114.31 30.59; 襄阳 Xiangyang 112.12 32.01; 宜昌 Yichang 111.29 30.69
HN 湖南 Hunan 1 4.2: 长沙 Changsha 112.94 28.23; 衡阳 Hengyang 112.57 26.89; 岳阳 Yueyang 113.13 29.36
BJ 北京 Beijing 2 3.9: 海淀 Haidian 116.30 39.96; 朝阳 Chaoyang 116.44 39.92; 西城 Xicheng 116.37 39.91
TJ 天津 Tianjin 2 1.7: 和平 Heping 117.21 39.12; 滨海 Binhai 117.70 39.02
HE 河北 Hebei 2 4.1: 石家庄 Shijiazhuang 114.51 38.04; 保定 Baoding 115.46 38.87; 唐山 Tangshan 118.18 39.63
SX 山西 Shanxi 2 2.2: 太原 Taiyuan 112.55 37.87; 大同 Datong 113.30 40.08
NM 内蒙古 Inner_Mongolia 2 1.6: 呼和浩特 Hohhot 111.75 40.84; 包头 Baotou 109.84 40.66
LN 辽宁 Liaoning 3 3.0: 沈阳 Shenyang 123.43 41.80; 大连 Dalian 121.61 38.91; 鞍山 Anshan 122.99 41.11
JL 吉林 Jilin 3 1.7: 长春 Changchun 125.32 43.90; 吉林市 Jilin_City 126.55 43.84
HL 黑龙江 Heilongjiang 3 2.0: 哈尔滨 Harbin 126.64 45.76; 齐齐哈尔 Qiqihar 123.92 47.35
SN 陕西 Shaanxi 4 2.9: 西安 Xian 108.94 34.34; 宝鸡 Baoji 107.24 34.36; 榆林 Yulin 109.73 38.29
GS 甘肃 Gansu 4 1.5: 兰州 Lanzhou 103.83 36.06; 天水 Tianshui 105.72 34.58
QH 青海 Qinghai 4 0.6: 西宁 Xining 101.78 36.62; 海东 Haidong 102.10 36.50
NX 宁夏 Ningxia 4 0.7: 银川 Yinchuan 106.23 38.49; 固原 Guyuan 106.24 36.02
XJ 新疆 Xinjiang 4 1.7: 乌鲁木齐 Urumqi 87.62 43.83; 喀什 Kashgar 75.99 39.47
GD 广东 Guangdong 5 9.6: 广州 Guangzhou 113.26 23.13; 深圳 Shenzhen 114.06 22.54; 佛山 Foshan 113.12 23.02
GX 广西 Guangxi 5 2.6: 南宁 Nanning 108.37 22.82; 柳州 Liuzhou 109.43 24.33
HI 海南 Hainan 5 0.9: 海口 Haikou 110.20 20.04; 三亚 Sanya 109.51 18.25
CQ 重庆 Chongqing 6 2.6: 渝中 Yuzhong 106.57 29.55; 万州 Wanzhou 108.41 30.81
SC 四川 Sichuan 6 5.0: 成都 Chengdu 104.07 30.57; 绵阳 Mianyang 104.68 31.47; 南充 Nanchong 106.11 30.84
GZ 贵州 Guizhou 6 1.9: 贵阳 Guiyang 106.63 26.65; 遵义 Zunyi 106.93 27.73
YN 云南 Yunnan 6 2.3: 昆明 Kunming 102.83 24.88; 曲靖 Qujing 103.80 25.49
XZ 西藏 Tibet 6 0.4: 拉萨 Lhasa 91.14 29.65; 日喀则 Shigatse 88.88 29.27
"""


def _read_province(line: str) -> Province:
    head, _, tail = line.partition(":")
    code, name, name_en, region, weight = head.split()
    cities = []
    for part in tail.split(";"):
        city, city_en, longitude, latitude = part.split()
        cities.append(City(city, city_en.replace("_", " "), float(longitude), float(latitude)))
    return Province(code, name, name_en.replace("_", " "), int(region), float(weight), tuple(cities))


PROVINCES = tuple(_read_province(line) for line in _LINES.strip().splitlines())
PROVINCE = {province.code: place for place, province in enumerate(PROVINCES)}
# every city with its number, its province's number and its rank there
CITIES = tuple(
    (province_place, rank, city)
    for province_place, province in enumerate(PROVINCES)
    for rank, city in enumerate(province.cities)
)


def city_id(city: int) -> str:
    """Id of a city's node: the province's code and the rank, such as ``JS01``."""
    province, rank, _ = CITIES[city]
    return f"{PROVINCES[province].code}{rank + 1:02d}"

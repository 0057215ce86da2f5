"""Countries by every name people give them."""

# ruff: noqa: E501 -- tables read best with a meaning a line

from datetime import datetime

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.result import ToolError
from tools.words import Country, find_country, normalise_arguments, parse_country

SAID = {
    "GB": "UK; the UK; U.K.; gb; GBR; Great Britain; Britain; United Kingdom; british; English; Scotland; Welsh; England; Brits; 英国; 英國; 英国的",
    "US": "US; USA; U.S.; u.s.a.; the States; America; American; United States of America; American customers; 美国; 美國; 美国客户; 美利坚",
    "FR": "France; French; FRA; fr; the French; French customers; the French market; 法国; 法國; in France",
    "DE": "Germany; german; Germans; Deutschland; DEU; 德国; 德國; Germny; germnay; 德国市场",
    "NL": "Holland; the Netherlands; Netherlands; Dutch; NLD; Nederland; 荷兰; 荷蘭",
    "IE": "Ireland; EIRE; Éire; Irish; Republic of Ireland; ROI; 爱尔兰; 愛爾蘭",
    "ES": "Spain; Spanish; España; ESP; 西班牙",
    "CH": "Switzerland; Swiss; Swizterland; CHE; 瑞士",
    "IT": "Italy; Italian; Italia; 意大利; 義大利; 义大利",
    "ZA": "South Africa; South African; RSA; 南非",
    "AE": "UAE; the Emirates; Emirati; United Arab Emirates; 阿联酋; 阿聯酋",
    "KR": "South Korea; Korea; Korean; Republic of Korea; 韩国; 南韩; 南韓; 韓國",
    "KP": "North Korea; DPRK; 朝鲜; 北韩",
    "CN": "China; Chinese; PRC; mainland China; 中国; 中國; 中国大陆; 国内",
    "HK": "Hong Kong; HK; Hongkong; 香港; 中国香港; 中國香港",
    "TW": "Taiwan; Taiwanese; 台湾; 臺灣; 台灣; 中国台湾",
    "MO": "Macau; Macao; 澳门; 澳門",
    "CZ": "Czechia; Czech Republic; the Czech Republic; Czech; 捷克",
    "RU": "Russia; Russian Federation; 俄罗斯; 俄国; 俄羅斯",
    "TR": "Turkey; Türkiye; Turkiye; Turkish; 土耳其",
    "NZ": "New Zealand; NZ; Kiwi; 新西兰; 纽西兰; 紐西蘭",
    "AU": "Australia; Aussie; Australian; 澳大利亚; 澳洲; 澳大利亞",
    "BR": "Brazil; Brasil; Brazilian; 巴西",
    "CI": "Ivory Coast; Cote d'Ivoire; Côte d’Ivoire; 科特迪瓦",
    "SA": "Saudi Arabia; Saudi; KSA; 沙特; 沙特阿拉伯",
    "PT": "Portugal; Portuguese; Portugese; 葡萄牙",
    "NO": "Norway; Norwegian; no; 挪威",
    "IN": "India; Indian; in; 印度",
    "ID": "Indonesia; Indonesian; 印尼; 印度尼西亚; 印度尼西亞",
    "NE": "Niger; Nigerien",
    "NG": "Nigeria; Nigerian",
    "CD": "DRC; DR Congo; Democratic Republic of the Congo",
    "CG": "Congo; Republic of the Congo",
    "GE": "Georgia; Georgian",
    "MK": "North Macedonia; Macedonia; 北马其顿",
    "SZ": "Eswatini; Swaziland",
    "MM": "Myanmar; Burma; 缅甸",
    "VN": "Vietnam; Viet Nam; 越南",
    "VA": "the Vatican; Holy See",
    "XK": "Kosovo; Kosovan",
    "DO": "Dominican Republic; the Dominican Republic",
    "DM": "Dominica",
}  # fmt: skip


@pytest.mark.parametrize(("said", "code"), [(said, code) for code, all_ in SAID.items() for said in all_.split("; ")])
def test_names(said: str, code: str) -> None:
    assert parse_country(said).code == code


def test_a_country_has_a_code_and_an_english_name() -> None:
    assert parse_country("德国") == Country("DE", "Germany")


@pytest.mark.parametrize("locale", ["en", "zh", "zh_Hant"])
def test_every_official_name_is_its_own_country(locale: str) -> None:
    names = {code: name for code, name in Locale.parse(locale).territories.items() if len(code) == 2}
    real = {code for code in names if find_country(code)}
    assert len(real) > 245
    assert {code: find_country(names[code]) for code in real if find_country(names[code]).code != code} == {}


@pytest.mark.parametrize(
    "said", ["", "Atlantis", "Channel Islands", "Unspecified", "xx", "everywhere", "欧洲", "Europe", "1"]
)
def test_what_is_no_country(said: str) -> None:
    with pytest.raises(ToolError, match=r"^There is no country"):
        parse_country(said)


def test_the_nearest_are_named() -> None:
    with pytest.raises(ToolError, match=r"'Austrlandia'; did you mean Australia"):
        parse_country("Austrlandia")


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=40))
def test_anything_else_is_a_country_or_a_tool_error(text: str) -> None:
    try:
        country = parse_country(text)
    except ToolError:
        return
    kept = normalise_arguments("query_metric", {"filters": {"country": country.code}}, datetime(2020, 1, 1))
    assert kept == {"filters": {"country": country.code}}

"""Languages by their names in English, Chinese and their own."""

# ruff: noqa: E501 -- tables read best with a meaning a line

import pytest

from tools.result import ToolError
from tools.words import find_language, parse_language

SAID = {
    "en": "English; english; EN; eng; en-GB; en_US; 美式英文; British English; plain English; English please; 英语; 英文; 美式英语",
    "de": "German; Deutsch; de; deu; de-AT; natural German; 德语; 德文; 地道德语; 德語",
    "fr": "French; français; in French; 法语; 法文; 法語",
    "es": "Spanish; español; Castilian; Mexican Spanish; 西班牙语; 西语",
    "pt": "Portuguese; Brazilian Portuguese; português; pt-BR; 葡萄牙语; 巴西葡语",
    "zh": "Chinese; Mandarin; zh-CN; zh_Hant; Simplified Chinese; Traditional Chinese; 中文; 汉语; 普通话; 简体中文; 繁體中文; 国语",
    "ja": "Japanese; nihongo; 日本語; 日语; 日文; 日語",
    "ko": "Korean; 한국어; 韩语; 韓語",
    "no": "Norwegian; no; norsk; Bokmål; nb; 挪威语",
    "nl": "Dutch; Nederlands; Flemish; 荷兰语",
    "sv": "Swedish; svenska; 瑞典语",
    "ru": "Russian; русский; 俄语; 俄文",
    "ar": "Arabic; العربية; Modern Standard Arabic; 阿拉伯语",
    "uk": "Ukrainian; українська; 乌克兰语",
    "cy": "Welsh; 威尔士语",
    "eu": "Basque",
    "sw": "Swahili",
}  # fmt: skip


@pytest.mark.parametrize(("said", "code"), [(said, code) for code, names in SAID.items() for said in names.split("; ")])
def test_names(said: str, code: str) -> None:
    assert parse_language(said) == code


@pytest.mark.parametrize("said", ["", "Klingon", "the customer's own", "xx", "哈哈", "7"])
def test_what_is_no_language(said: str) -> None:
    assert find_language(said) is None
    with pytest.raises(ToolError, match=r"^There is no language"):
        parse_language(said)

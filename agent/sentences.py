"""What the assistant says of itself, in the language of the question."""

import re
from typing import Literal

Sentence = Literal["no-figure", "no-answer", "cut-off", "malformed", "shortened", "borrowed"]

_ENGLISH: dict[Sentence, str] = {
    "no-figure": "I have no figure for that from the shop's data; ask for it by name, with a period or a customer.",
    "no-answer": "The model gave no answer; ask again in other words.",
    "cut-off": "The model's tool call was cut off at its length limit twice; ask for less at once.",
    "malformed": "The model server at {url} sends tool calls that cannot be read; start it with the tool parser "
    "that fits the model (vLLM and Qwen3: --tool-call-parser hermes).",
    "shortened": "Only the first {number} characters of the question were read.",
    "borrowed": "Only customers' own words say that; ask for the reviews to read them.",
}
_CHINESE: dict[Sentence, str] = {
    "no-figure": "店铺数据里没有查到这个数字；请说明要查的指标，以及时间段或客户。",
    "no-answer": "模型没有给出回答；请换个说法再问一次。",
    "cut-off": "模型的工具调用两次因长度上限被截断；请一次少问一些。",
    "malformed": "{url} 上的模型服务返回的工具调用无法读取；请用与模型匹配的工具解析器启动它"
    "（vLLM 与 Qwen3：--tool-call-parser hermes）。",
    "shortened": "只读取了问题的前 {number} 个字符。",
    "borrowed": "这只是客户自己说的话；想看的话请查询相关评价。",
}
_HAN = re.compile(r"[\u4e00-\u9fff]")


def language_of(question: str) -> Literal["en", "zh"]:
    """Chinese when the question has Chinese characters, else English."""
    return "zh" if _HAN.search(question) else "en"


def sentence(key: Sentence, question: str, **values: object) -> str:
    """The sentence in the language of the question."""
    return (_CHINESE if language_of(question) == "zh" else _ENGLISH)[key].format(**values)

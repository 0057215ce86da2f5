"""What has to be said of a policy, in English and in Chinese."""

import re

START = "Nothing has been learned from outcomes yet: gains are assumptions."
_DAMAGED = "The file of policy {} is missing or damaged: the last good one is used."
_CHINESE = {START: "尚未从结果中学习：收益为假设值。"}
_CHINESE_DAMAGED = "策略 {} 的文件缺失或损坏：改用上一个完好的版本。"


def damaged(versions: str) -> str:
    return _DAMAGED.format(versions)


def in_language(note: str, language: str) -> str:
    """A policy's note, which is kept in English, in the language of the question ("en" or "zh")."""
    if language != "zh":
        return note
    said = re.sub(re.escape(_DAMAGED).replace(r"\{\}", "(.+?)"), lambda found: _CHINESE_DAMAGED.format(found[1]), note)
    for english, chinese in _CHINESE.items():
        said = said.replace(english, chinese)
    return said

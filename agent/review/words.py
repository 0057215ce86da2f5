"""What came of a proposal, as a sentence."""

from typing import Literal

_KINDS = {"draft": ("Draft", "草稿"), "campaign": ("Campaign", "活动")}
_STATES = {
    "pending": ("still waits for approval", "仍待批准"),
    "approved": ("is approved and leaves with the next export or delivery", "已批准，将在下次导出或投递时发出"),
    "rejected": ("is rejected; nothing of it is sent", "已否决，不会发出"),
    "expired": ("has expired; nothing of it is sent", "已过期，不会发出"),
    "exported": ("was approved and exported before", "此前已批准并导出"),
    "withdrawn": ("was withdrawn; nothing of it is sent", "已撤回，不会发出"),
    "unknown": ("is no longer there", "已不存在"),
}


def not_allowed(role: str, language: Literal["en", "zh"]) -> str:
    if language == "zh":
        return f"角色 {role} 不能批准或否决；须由审批人（approver）或管理员（admin）决定。"
    return f"The role {role} cannot approve or reject; an approver or admin has to."


def told(kind: Literal["draft", "campaign"], number: int, state: str, language: Literal["en", "zh"]) -> str:
    """`Draft 12 is approved and leaves with the next export or delivery.`"""
    chinese = language == "zh"
    name, words = _KINDS[kind][chinese], _STATES[state][chinese]
    return f"{name} {number} {words}。" if chinese else f"{name} {number} {words}."

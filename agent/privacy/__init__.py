"""Personal data stays out of the model: found, replaced by tokens, and put back only for the person who typed it."""

from agent.privacy.mask import mask_question, mask_text
from agent.privacy.vault import Vault

__all__ = ["Vault", "mask_question", "mask_text"]

"""Settings, read from the environment (`WINBACK_…`) or given by the caller."""

from datetime import datetime
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Everything that differs between one shop's installation and another's.

    `as_of` pins "today" for relative periods; unset, it is the last moment in the facts.
    `model_url` names an OpenAI-compatible endpoint; unset, the bundled model is served in-process.
    `webhook_secret` signs what is delivered to a webhook, and proves that outcomes come from who they say.
    `embedder_url` names one with `/embeddings` for the review index; unset, the embedded multilingual embedder is used.
    """

    model_config = SettingsConfigDict(env_prefix="WINBACK_", protected_namespaces=())

    home: Path = Path("winback-data")
    warehouse: str | None = None
    ledger: str | None = None
    model_url: str | None = None
    model_name: str | None = None
    model_api_key: SecretStr = SecretStr("EMPTY")
    model_timeout_s: float = 60.0
    embedder_url: str | None = None
    embedder_model: str | None = None
    embedder_api_key: SecretStr = SecretStr("EMPTY")
    embedder_query_prefix: str = ""
    embedder_passage_prefix: str = ""
    webhook_secret: SecretStr | None = None
    as_of: datetime | None = None

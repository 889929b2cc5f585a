"""Settings: from the environment or a `.env` file, every name with the prefix `DEPECHE_` but the ecosystem's own."""

from __future__ import annotations

import logging
import os
import re
from difflib import get_close_matches
from functools import cache, cached_property
from pathlib import Path
from typing import ClassVar, Final, Self

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from retrieval.errors import DepecheError
from retrieval.told import Phrase, recovered

log = logging.getLogger(__name__)

_ADDRESS: Final = re.compile(r"https?://[^\s/]", re.I)
ENV_FILE: Final = ".env"
QUOTES: Final = "quotes"  # DEPECHE_CHAT_MODEL for none
_NEARLY: Final = 0.9  # of the letters of a name, in their order: a slip or two


class FromEnvironment(BaseSettings):
    """What is read from the environment or a `.env` file, and says which name is wrong; never a value."""

    model_config = SettingsConfigDict(
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    others: ClassVar[tuple[str, ...]] = ()  # prefixes of other rooms' settings, which begin as ours

    @classmethod
    def load(cls) -> Self:
        """Return the settings in force; raise `DepecheError` that names the bad setting, never its value."""
        try:
            settings = cls()
        except UnicodeDecodeError:
            raise DepecheError(
                Phrase("The file {path} is not UTF-8 text", path=ENV_FILE), "Save it as UTF-8."
            ) from None
        except OSError as error:
            raise DepecheError(
                Phrase("The file {path} cannot be read: {why}", path=ENV_FILE, why=error.strerror or error),
                "Change its rights.",
            ) from None
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            name = str(first["loc"][0]) if first["loc"] else "?"
            if not name.isupper():
                name = f"{cls.model_config['env_prefix']}{name.upper()}"
            raise DepecheError(
                Phrase("The setting {name} is not valid: {why}", name=name, why=recovered(first["msg"])),
                "See .env.example.",
            ) from None
        for line in (*cls.misspelt(), *settings.doubts()):
            _tell(line)
        return settings

    def doubts(self) -> list[str]:
        """Return a line for each setting that is valid, and cannot be meant as it is."""
        return []

    @classmethod
    def names(cls) -> list[str]:
        """Return the names of these settings, as the environment has them."""
        prefix = str(cls.model_config["env_prefix"])
        found: list[str] = []
        for name, field in cls.model_fields.items():
            match field.validation_alias:
                case None:
                    found.append(f"{prefix}{name}".upper())
                case AliasChoices(choices=choices):
                    found += map(str, choices)
                case alias:
                    found.append(str(alias))
        return found

    @classmethod
    def misspelt(cls) -> list[str]:
        """Return a line for each name that is meant for a setting and is none, with the nearest that is one.

        Such a name has our prefix, or stands in `.env` and is nearly one of ours.
        """
        known, in_file = cls.names(), {name.upper() for name in _in_file()}
        told: list[str] = []
        for name in sorted({name.upper() for name in os.environ} | in_file):
            prefixed = name.startswith(str(cls.model_config["env_prefix"])) and not name.startswith(
                cls.others
            )
            if name in known or not (prefixed or name in in_file):
                continue
            if nearest := get_close_matches(name, known, 1, 0.0 if prefixed else _NEARLY):
                line = "There is no setting {name}; the nearest is {nearest}."
                told.append(Phrase(line, name=name, nearest=nearest[0]))
        return told


@cache
def _tell(line: str) -> None:
    """Log a line, once."""
    log.warning("%s", line)


def _in_file() -> tuple[str, ...]:
    """Return the names that `.env` sets."""
    from dotenv import dotenv_values

    return tuple(dotenv_values(ENV_FILE, encoding="utf-8", interpolate=False))


class Settings(FromEnvironment):
    """Everything a person can set, but for the bot; `.env.example` explains each in a sentence."""

    model_config = SettingsConfigDict(env_prefix="DEPECHE_")
    others: ClassVar[tuple[str, ...]] = ("DEPECHE_BOT_",)

    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir("depeche")))
    cache_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_cache_dir("depeche")))
    embedding_model: str = "packaged"
    reranker: str | None = None
    nli: str | None = None
    answer_threshold: float = Field(default=0.5, ge=0.0, le=1.0)
    chat_model: str = QUOTES
    chat_base_url: str | None = None
    chat_timeout: float = Field(default=30.0, ge=1.0, le=600.0)
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    anthropic_api_key: SecretStr | None = Field(default=None, validation_alias="ANTHROPIC_API_KEY")
    mistral_api_key: SecretStr | None = Field(default=None, validation_alias="MISTRAL_API_KEY")
    google_api_key: SecretStr | None = Field(default=None, validation_alias="GOOGLE_API_KEY")
    allow_private_addresses: bool = False
    fetch_delay: float = Field(default=1.0, ge=0.0, le=3600.0)
    fetch_timeout: float = Field(default=60.0, ge=1.0, le=3600.0)
    fetch_limit: int = Field(default=200, ge=1)
    read_timeout: float = Field(default=10.0, ge=0.1, le=3600.0)
    read_memory: int = Field(default=1_000, ge=100)
    lock_timeout: float = Field(default=60.0, ge=0.0)
    telegram_bot_token: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("TELEGRAM_BOT_TOKEN", "DEPECHE_TELEGRAM_BOT_TOKEN")
    )
    telegram_base_url: str = "https://api.telegram.org/bot"
    telegram_base_file_url: str = "https://api.telegram.org/file/bot"

    @field_validator("chat_base_url", "telegram_base_url", "telegram_base_file_url")
    @classmethod
    def _address(cls, given: str | None) -> str | None:
        if given is not None and not _ADDRESS.match(given):
            raise ValueError("give an address that begins with http:// or https://")
        return given

    @cached_property
    def models_dir(self) -> Path:
        """Where built and fetched models are kept."""
        return self.cache_dir / "models"

    @property
    def prompts_dir(self) -> Path:
        """Where the local chat model keeps what it made of its instructions."""
        return self.cache_dir / "prompts"

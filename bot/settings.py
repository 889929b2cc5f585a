"""The bot's settings: from the environment or a `.env` file, every name with the prefix `DEPECHE_BOT_`."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from retrieval.settings import FromEnvironment

Access = Literal["open", "list", "code"]
Ids = Annotated[frozenset[int], NoDecode]

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_QUIET: Final = re.compile(r"(\d\d?):(\d\d)\s*[-–]\s*(\d\d?):(\d\d)")
_PLACE: Final = re.compile(r"([^:\s]+|\[[^\]]+\]):(\d{1,5})")


class BotSettings(FromEnvironment):
    """Everything a person can set of the bot; `.env.example` explains each in a sentence."""

    model_config = SettingsConfigDict(env_prefix="DEPECHE_BOT_")

    access: Access = "open"
    readers: Ids = frozenset()
    admins: Ids = frozenset()
    groups: bool = True
    questions_a_minute: int = Field(default=20, ge=1)
    all_questions_a_minute: int = Field(default=12_000, ge=1)
    answer_timeout: float = Field(default=60.0, gt=0.0, le=600.0)
    helpers: int | None = Field(default=None, ge=0, le=64)
    keep_days: int = Field(default=30, ge=1)
    notices_a_day: int = Field(default=5, ge=0, le=100)
    quiet: str = "22:00-07:00"
    timezone: str = "Europe/Paris"
    webhook_url: str | None = None
    webhook_listen: str = "127.0.0.1:8443"
    webhook_secret: SecretStr | None = None
    health_listen: str | None = None
    log: Literal["lines", "json"] = "lines"
    log_messages: bool = False

    @field_validator("readers", "admins", mode="before")
    @classmethod
    def _ids(cls, given: object, about: ValidationInfo) -> object:
        """Read numbers separated by commas or spaces; a reader may be a group, below 0, in whose name its administrators write."""
        if isinstance(given, str):
            parts = given.replace(",", " ").split()
            sign = "-" if about.field_name == "readers" else ""
            if not all(part.removeprefix(sign).isdecimal() for part in parts):
                raise ValueError("give Telegram's numbers of people, separated by commas")
            return frozenset(map(int, parts))
        return given

    @field_validator("quiet")
    @classmethod
    def _hours(cls, given: str) -> str:
        if given != "none":
            _read_hours(given)
        return given

    @field_validator("timezone")
    @classmethod
    def _zone(cls, given: str) -> str:
        try:
            ZoneInfo(given)
        except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError in name, an OSError for odd paths
            raise ValueError("give a time zone's name, such as Europe/Paris") from None
        except KeyError:
            raise ValueError("give a time zone's name, such as Europe/Paris") from None
        return given

    @field_validator("webhook_listen", "health_listen")
    @classmethod
    def _listens(cls, given: str | None) -> str | None:
        if given is not None and not (_PLACE.fullmatch(given) and 0 < place(given)[1] < 1 << 16):
            raise ValueError("give an address and a port, such as 127.0.0.1:8443")
        return given

    @field_validator("webhook_url")
    @classmethod
    def _address(cls, given: str | None) -> str | None:
        if given is not None and not re.match(r"https://[^\s/]", given):
            raise ValueError("give an address that begins with https://: Telegram delivers to no other")
        return given

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, given: SecretStr | None) -> SecretStr | None:
        if given is not None and not _SECRET.fullmatch(given.get_secret_value()):
            raise ValueError("give 1 to 256 letters, digits, _ and -: Telegram takes no others")
        return given

    def doubts(self) -> list[str]:
        """Return a line where the list of those who may talk to the bot names nobody."""
        if self.access == "list" and not (self.readers or self.admins):
            return [
                "DEPECHE_BOT_ACCESS is list, and nobody is on it, so the bot answers nobody: name people in "
                "DEPECHE_BOT_READERS or DEPECHE_BOT_ADMINS."
            ]
        return []

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        """From when to when no notice is sent; None for never."""
        return None if self.quiet == "none" else _read_hours(self.quiet)


def _read_hours(given: str) -> tuple[time, time]:
    found = _QUIET.fullmatch(given.strip())
    if not found:
        raise ValueError("give two times, such as 22:00-07:00, or none")
    from_hour, from_minute, to_hour, to_minute = map(int, found.groups())
    return time(from_hour, from_minute), time(to_hour, to_minute)


def place(listen: str) -> tuple[str, int]:
    """Return the host and the port of an address to listen at."""
    host, _, port = listen.rpartition(":")
    return host.strip("[]"), int(port)

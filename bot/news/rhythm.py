"""When a chat may be told of news: how many messages a day, and in which hours none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from bot.chats.choices import Choices
    from bot.settings import BotSettings


@dataclass(frozen=True, slots=True)
class Rhythm:
    """At most `a_day` messages, none from the minute `quiet_from` of the day to `quiet_to` (equal: never quiet), in `zone`."""

    a_day: int
    quiet_from: int
    quiet_to: int
    zone: ZoneInfo

    def quiet(self, now: datetime) -> bool:
        """Say whether `now`, a time with its zone, lies in the quiet hours."""
        return self.quiet_at(self.minute(now))

    def quiet_at(self, minute: int) -> bool:
        """Say whether a minute of the day lies in the quiet hours."""
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= minute < self.quiet_to
        return minute >= self.quiet_from or minute < self.quiet_to

    def minute(self, now: datetime) -> int:
        """Return the minute of the chat's day."""
        local = now.astimezone(self.zone)
        return 60 * local.hour + local.minute

    def today(self, now: datetime) -> date:
        """Return the chat's day."""
        return now.astimezone(self.zone).date()

    def day_come(self, minute: int, now: datetime) -> date:
        """Return the last day of the chat's on which a minute of the day has come."""
        return self.today(now) - timedelta(days=self.minute(now) < minute)

    def midnight(self, now: datetime) -> int:
        """Return the second (Unix time) at which the chat's day began."""
        local = now.astimezone(self.zone)
        return int(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp())


def rhythm(choices: Choices, settings: BotSettings) -> Rhythm:
    """Return what a chat has chosen, and the bot's own settings where it has not."""
    hours = settings.quiet_hours
    default = [60 * moment.hour + moment.minute for moment in hours] if hours else [0, 0]
    chosen = choices.quiet_from, choices.quiet_to
    quiet_from, quiet_to = [default[n] if minute is None else minute for n, minute in enumerate(chosen)]
    a_day = settings.notices_a_day if choices.notices_a_day is None else choices.notices_a_day
    return Rhythm(a_day, quiet_from, quiet_to, ZoneInfo(settings.timezone))

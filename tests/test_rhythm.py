"""When a chat may be told of news: quiet hours over midnight, its own day, its own choice before the bot's."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.chats.choices import Choices
from bot.news.rhythm import Rhythm, rhythm
from bot.settings import BotSettings

PARIS = ZoneInfo("Europe/Paris")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 25, hour, minute, tzinfo=PARIS)


def test_quiet_hours_may_go_over_midnight() -> None:
    night = Rhythm(5, 22 * 60, 7 * 60, PARIS)
    quiet = [hour for hour in range(24) if night.quiet(at(hour))]
    assert quiet == [0, 1, 2, 3, 4, 5, 6, 22, 23]
    assert night.quiet(at(6, 59))
    assert not night.quiet(at(7, 0))
    assert night.quiet(datetime(2026, 11, 25, 21, 30, tzinfo=UTC))  # 22:30 in Paris


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439))
def test_what_is_not_quiet_is_quiet_the_other_way_round(start: int, end: int, minute: int) -> None:
    now = at(*divmod(minute, 60))
    if start == end:
        assert not Rhythm(5, start, end, PARIS).quiet(now)
    else:
        assert Rhythm(5, start, end, PARIS).quiet(now) != Rhythm(5, end, start, PARIS).quiet(now)


def test_a_day_begins_at_the_chats_own_midnight() -> None:
    now = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)  # the 26th in Paris
    assert Rhythm(5, 0, 0, PARIS).midnight(now) == int(datetime(2026, 11, 26, tzinfo=PARIS).timestamp())
    assert Rhythm(5, 0, 0, ZoneInfo("UTC")).midnight(now) == int(
        datetime(2026, 11, 25, tzinfo=UTC).timestamp()
    )


def test_what_a_chat_has_not_chosen_is_as_the_bot_has_it() -> None:
    settings = BotSettings(_env_file=None, notices_a_day=3, quiet="21:15-06:00", timezone="UTC")  # type: ignore[call-arg]
    assert rhythm(Choices(), settings) == Rhythm(3, 21 * 60 + 15, 6 * 60, ZoneInfo("UTC"))
    chosen = Choices(notices_a_day=0, quiet_from=0, quiet_to=0)
    assert rhythm(chosen, settings) == Rhythm(0, 0, 0, ZoneInfo("UTC"))

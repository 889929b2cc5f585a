"""What the Bot API server does with people and chats: menus of commands, members, inline queries."""

from __future__ import annotations

import re
from typing import Any

from telegram_faults import ApiError
from telegram_html import CannotParseError, parse, units

RESULTS, RESULT_ID, BUTTON, QUERY = 50, 64, 64, 256
TEXT = 4096
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")


def person(user_id: int, language_code: str | None = "en", first_name: str = "Ada") -> dict[str, Any]:
    """A person as Telegram tells of them."""
    told = {"id": user_id, "is_bot": False, "first_name": first_name, "language_code": language_code}
    return {key: value for key, value in told.items() if value is not None}


class People:
    """The part of the server that knows who is in a chat, and who types the bot's name in another."""

    bot: dict[str, Any]
    _chats: dict[int, dict[str, Any]]
    _ids: dict[str, int]

    def push(self, update: dict[str, Any]) -> None:
        raise NotImplementedError

    # What people do

    def type_inline(self, user_id: int, query: str, *, language_code: str | None = "en") -> str:
        """Type the bot's name and a question in any chat; return the query's id."""
        self._ids["inline"] = number = self._ids.get("inline", 0) + 1
        self._inline[f"inline{number}"] = None
        told = {
            "id": f"inline{number}",
            "from": person(user_id, language_code),
            "query": query[:QUERY],
            "offset": "",
            "chat_type": "private",
        }
        self.push({"inline_query": told})
        return str(told["id"])

    def put_bot(
        self,
        chat_id: int,
        new: str,
        *,
        old: str = "left",
        chat_type: str = "supergroup",
        language_code: str = "en",
        user_id: int = 7,
    ) -> None:
        """Make the bot a member of a chat, or take it out: `old` and `new` are what it was there and is."""
        self._chats[chat_id] = {"id": chat_id, "type": chat_type, "title": "Newsroom"}
        member = {"user": self.bot}
        self.push(
            {
                "my_chat_member": {
                    "chat": self._chats[chat_id],
                    "from": person(user_id, language_code),
                    "date": 1_732_000_000,
                    "old_chat_member": member | _status(old),
                    "new_chat_member": member | _status(new),
                }
            }
        )

    def appoint(self, chat_id: int, user_id: int, status: str = "administrator", **rights: bool) -> None:
        """Make somebody an administrator, or whatever else, of a chat, with `rights` such as can_post_messages."""
        self._members[chat_id, user_id] = status
        self._rights[chat_id, user_id] = rights

    def found_channel(self, chat_id: int, name: str, title: str) -> None:
        """Let there be a channel, by a name that begins with @."""
        self._chats[chat_id] = {"id": chat_id, "type": "channel", "title": title, "username": name[1:]}

    # What people see

    def offered(self, query_id: str) -> dict[str, Any] | None:
        """What an inline query was answered with; None where it was not."""
        return self._inline.get(query_id)

    # Serving

    @property
    def _inline(self) -> dict[str, dict[str, Any] | None]:
        return self.__dict__.setdefault("_inline_queries", {})

    @property
    def about(self) -> dict[tuple[str, str], str]:
        """What the bot says of itself in its profile, by language ("" for all others) and by which text."""
        return self.__dict__.setdefault("_about", {})

    @property
    def _rights(self) -> dict[tuple[int, int], dict[str, bool]]:
        return self.__dict__.setdefault("_chat_rights", {})

    @property
    def _members(self) -> dict[tuple[int, int], str]:
        return self.__dict__.setdefault("_chat_members", {})

    async def _setMyCommands(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        commands = params["commands"]
        if len(commands) > 100 or not all(_COMMAND.fullmatch(one["command"]) for one in commands):
            raise ApiError(400, "Bad Request: BOT_COMMAND_INVALID")
        if not all(1 <= len(one["description"]) <= 256 for one in commands):
            raise ApiError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        if not re.fullmatch("([a-z]{2})?", params.get("language_code", "")):
            raise ApiError(400, "Bad Request: LANG_CODE_INVALID")
        scope = params.get("scope") or {}
        if scope.get("type") == "chat" and scope["chat_id"] not in self._chats:
            raise ApiError(400, "Bad Request: chat not found")
        return True

    async def _setMyDescription(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        return self._described(params, "description", 512)

    async def _setMyShortDescription(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        return self._described(params, "short_description", 120)

    def _described(self, params: dict[str, Any], what: str, most: int) -> bool:
        if units(params.get(what, "")) > most:
            raise ApiError(400, "Bad Request: BOT_ABOUT_TOO_LONG")
        self.about[params.get("language_code", ""), what] = params.get(what, "")
        return True

    async def _getChatMember(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        status = self._members.get((params["chat_id"], params["user_id"]), "member")
        rights = self._rights.get((params["chat_id"], params["user_id"]), {})
        return {"user": person(params["user_id"])} | _status(status) | rights

    async def _getChat(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        wanted = params["chat_id"]
        for chat in self._chats.values():
            if wanted in {chat["id"], f"@{chat.get('username')}"}:
                gifts = dict.fromkeys(
                    (
                        "unlimited_gifts",
                        "limited_gifts",
                        "unique_gifts",
                        "premium_subscription",
                        "gifts_from_channels",
                    ),
                    True,
                )
                return chat | {"accent_color_id": 0, "max_reaction_count": 1, "accepted_gift_types": gifts}
        raise ApiError(400, "Bad Request: chat not found")

    async def _leaveChat(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        if params["chat_id"] not in self._chats:
            raise ApiError(400, "Bad Request: chat not found")
        return True

    async def _answerInlineQuery(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        name = params["inline_query_id"]
        if self._inline.get(name, "unknown") is not None:
            raise ApiError(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        results, button = params["results"], params.get("button")
        if len(results) > RESULTS or len({one["id"] for one in results}) < len(results):
            raise ApiError(400, "Bad Request: RESULT_ID_DUPLICATE")
        for one in results:
            _check_result(one)
        if button and not (1 <= units(button["text"]) <= BUTTON):
            raise ApiError(400, "Bad Request: SWITCH_PM_TEXT_INVALID")
        if button and not _PARAMETER.fullmatch(button["start_parameter"]):
            raise ApiError(400, "Bad Request: START_PARAM_INVALID")
        self._inline[name] = params
        return True


def _check_result(result: dict[str, Any]) -> None:
    if not 1 <= len(result["id"].encode()) <= RESULT_ID:
        raise ApiError(400, "Bad Request: RESULT_ID_INVALID")
    if not result["title"].strip():
        raise ApiError(400, "Bad Request: ARTICLE_TITLE_EMPTY")
    content = result["input_message_content"]
    try:
        text, _ = parse(content["message_text"])
    except CannotParseError as error:
        raise ApiError(400, f"Bad Request: can't parse entities: {error}") from None
    if not text.strip() or units(text) > TEXT:
        raise ApiError(
            400, "Bad Request: MESSAGE_EMPTY" if not text.strip() else "Bad Request: MESSAGE_TOO_LONG"
        )


def _status(status: str) -> dict[str, Any]:
    """A member's status with the fields that Telegram always gives with it."""
    rights = (
        "can_be_edited can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members "
        "can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
    )
    more: dict[str, dict[str, Any]] = {
        "administrator": dict.fromkeys([*rights.split(), "is_anonymous"], False),
        "creator": {"is_anonymous": False},
        "kicked": {"until_date": 0},
    }
    return {"status": status} | more.get(status, {})

"""What the Bot API server does with messages that are there: edits, buttons and presses, deletions."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

from telegram_faults import ApiError
from telegram_html import found_entities

ROW, BUTTONS, DATA, TOAST = 8, 100, 64, 200
_HOST = re.compile(r"[^.\s]+(\.[^.\s]+)+|\[[0-9a-f:]+\]", re.I)


def checked_keyboard(params: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Return the buttons of a call, or refuse them as Telegram does."""
    rows = (params.get("reply_markup") or {}).get("inline_keyboard", [])
    if sum(map(len, rows)) > BUTTONS or any(len(row) > ROW for row in rows):
        raise ApiError(400, "Bad Request: reply markup is too long")
    for button in (button for row in rows for button in row):
        if not button["text"].strip():
            raise ApiError(400, "Bad Request: text buttons are not allowed to be empty")
        if ("url" in button) == ("callback_data" in button):
            raise ApiError(400, "Bad Request: inline keyboard button must have exactly one action")
        if "url" in button and not _HOST.fullmatch(urlsplit(button["url"]).hostname or ""):
            raise ApiError(
                400, f"Bad Request: inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
            )
        if "callback_data" in button and not 1 <= len(button["callback_data"].encode()) <= DATA:
            raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
    return [row for row in rows if row]


class Messages:
    """The part of the server that knows messages after they were sent."""

    _messages: dict[tuple[int, int], dict[str, Any]]
    _chats: dict[int, dict[str, Any]]
    _ids: dict[str, int]

    def push(self, update: dict[str, Any]) -> None:
        raise NotImplementedError

    # What people do

    def change(self, chat_id: int, message_id: int, text: str, **extra: Any) -> None:
        """Edit a message of a person's."""
        message = self._messages[chat_id, message_id]
        message |= {
            "text": text,
            "entities": found_entities(text),
            "edit_date": message["date"] + 60,
            **extra,
        }
        self.push({"edited_message": deepcopy(message)})

    def press(
        self,
        chat_id: int,
        message_id: int,
        label: str,
        *,
        language_code: str = "en",
        user_id: int | None = None,
        data: str | None = None,
        inaccessible: bool = False,
    ) -> str:
        """Press the button with a label, or (`data`) claim to have pressed one; return the press's id.

        Of an `inaccessible` message Telegram tells the chat and the number alone.
        """
        message = self._messages.get((chat_id, message_id))
        if data is None:
            found = [b for row in self.buttons(chat_id, message_id) for b in row if b["text"] == label]
            assert found, f"no button {label!r}: {self.labels(chat_id, message_id)}"
            data = found[0]["callback_data"]
        self._ids["press"] = number = self._ids.get("press", 0) + 1
        query = {
            "id": f"press{number}",
            "from": {
                "id": user_id or abs(chat_id),
                "is_bot": False,
                "first_name": "Ada",
                "language_code": language_code,
            },
            "chat_instance": "1",
            "data": data,
        }
        if message and inaccessible:
            query["message"] = {"chat": deepcopy(message["chat"]), "message_id": message_id, "date": 0}
        elif message:
            query["message"] = deepcopy(message)
        self._presses[query["id"]] = False
        self.push({"callback_query": query})
        return str(query["id"])

    @property
    def _presses(self) -> dict[str, bool]:
        return self.__dict__.setdefault("_pressed", {})

    def meet(self, chat_id: int) -> None:
        """Let somebody have spoken with the bot before."""
        self._chats.setdefault(chat_id, {"id": chat_id, "type": "private", "first_name": "Ada"})

    # What people see

    def shown(self, chat_id: int, message_id: int) -> str | None:
        """The text of a message as it is now; None where it is gone."""
        return (self._messages.get((chat_id, message_id)) or {}).get("text")

    def message(self, chat_id: int, message_id: int) -> dict[str, Any]:
        """A message as it is now."""
        return self._messages[chat_id, message_id]

    def here(self, chat_id: int) -> list[int]:
        """The numbers of the bot's messages in a chat, in order."""
        return sorted(
            number
            for (chat, number), message in self._messages.items()
            if chat == chat_id and message.get("from", {}).get("is_bot")
        )

    def buttons(self, chat_id: int, message_id: int) -> list[list[dict[str, Any]]]:
        """The buttons under a message as they are now."""
        message = self._messages.get((chat_id, message_id)) or {}
        rows: list[list[dict[str, Any]]] = message.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    def labels(self, chat_id: int, message_id: int) -> list[list[str]]:
        """What stands on the buttons under a message."""
        return [[button["text"] for button in row] for row in self.buttons(chat_id, message_id)]

    # Serving

    def _own(self, params: dict[str, Any]) -> dict[str, Any]:
        message = self._messages.get((params["chat_id"], params["message_id"]))
        if message is None:
            raise ApiError(400, "Bad Request: message to edit not found")
        if not message.get("from", {}).get("is_bot"):
            raise ApiError(400, "Bad Request: message can't be edited")
        return message

    def _put(self, message: dict[str, Any], **wanted: Any) -> dict[str, Any]:
        if all(message.get(key) == value for key, value in wanted.items()):
            raise ApiError(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
            )
        message |= wanted | {"edit_date": message["date"] + 60}
        return message

    async def _editMessageReplyMarkup(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        keyboard = {"inline_keyboard": checked_keyboard(params)}
        return self._put(self._own(params), reply_markup=keyboard)

    async def _answerCallbackQuery(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        name = params["callback_query_id"]
        if self._presses.get(name) is not False:
            raise ApiError(
                400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
            )
        if len(params.get("text", "")) > TOAST:
            raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
        self._presses[name] = True
        return True

    async def _deleteMessages(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        if not 1 <= len(params["message_ids"]) <= 100:
            raise ApiError(400, "Bad Request: wrong number of message identifiers")
        for number in params["message_ids"]:
            self._messages.pop((params["chat_id"], number), None)
        return True

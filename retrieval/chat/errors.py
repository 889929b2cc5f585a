"""What can go wrong with a chat model, and the one line a reader is told when it does."""

from __future__ import annotations

from typing import Final, Literal, get_args

from retrieval.domain import Language
from retrieval.errors import DepecheError

Reason = Literal[
    "timeout",
    "key",
    "no_model",
    "rate",
    "server",
    "unreachable",
    "cut",
    "empty",
    "busy",
    "too_long",
    "failed",
    "not_ready",
]
REASONS: Final[tuple[Reason, ...]] = get_args(Reason)

_LINES: Final[dict[Language, dict[Reason, str]]] = {
    "fr": {
        "timeout": "Le modèle de langue n’a pas répondu à temps",
        "key": "Le modèle de langue a refusé la clé d’accès",
        "no_model": "Le modèle de langue demandé n’existe pas",
        "rate": "Le modèle de langue a reçu trop de demandes",
        "server": "Le modèle de langue est en panne",
        "unreachable": "Le modèle de langue est injoignable",
        "cut": "Le modèle de langue s’est interrompu",
        "empty": "Le modèle de langue n’a rien répondu d’utilisable",
        "busy": "Le modèle de langue est occupé",
        "too_long": "Le texte est trop long pour le modèle de langue",
        "failed": "Le modèle de langue a échoué",
        "not_ready": "Le modèle de langue n’est pas prêt",
    },
    "en": {
        "timeout": "The chat model did not answer in time",
        "key": "The chat model refused the access key",
        "no_model": "The chat model asked for does not exist",
        "rate": "The chat model has been asked too often",
        "server": "The chat model is out of order",
        "unreachable": "The chat model cannot be reached",
        "cut": "The chat model broke off",
        "empty": "The chat model answered nothing of use",
        "busy": "The chat model is busy",
        "too_long": "The text is too long for the chat model",
        "failed": "The chat model failed",
        "not_ready": "The chat model is not ready",
    },
}
_INSTEAD: Final[dict[Language, str]] = {
    "fr": "{}\u202f; voici les phrases mêmes des articles.",
    "en": "{}; here are the articles’ own sentences.",
}


def reason_line(reason: Reason, language: Language) -> str:
    """Return what went wrong, without a full stop."""
    return _LINES[language][reason]


class ChatError(DepecheError):
    """The one failure every chat model's failure ends in. `reason` says which; `kind` is for logs.

    `kind` is the name of the exception it came from. That exception itself is not chained, for providers put keys
    and addresses into theirs.
    """

    def __init__(self, reason: Reason, kind: str = "") -> None:
        super().__init__(reason_line(reason, "en"))
        self.reason: Reason = reason
        self.kind = kind

    def line(self, language: Language) -> str:
        """Return the sentence that tells a reader why the answer is quotations after all."""
        return _INSTEAD[language].format(_LINES[language][self.reason])


# By the name of an exception's class or of one it descends from: the providers' clients are not imported to be told apart.
_BY_NAME: Final[dict[str, Reason]] = {
    "ContextOverflowError": "too_long",
    "APITimeoutError": "timeout",
    "TimeoutException": "timeout",
    "TimeoutError": "timeout",
    "StreamChunkTimeoutError": "timeout",
    "ConnectError": "unreachable",
    "RemoteProtocolError": "cut",
    "ReadError": "cut",
    "APIConnectionError": "unreachable",
    "ConnectionError": "unreachable",
    "NetworkError": "unreachable",
    "JSONDecodeError": "empty",
}


def chat_error(error: BaseException, *, begun: bool) -> ChatError:
    """Return the `ChatError` for what a chat model's client raised; `begun`: text had already come."""
    if isinstance(error, ChatError):
        return error
    kind = type(error).__name__
    seen: BaseException | None = error
    for _ in range(8):  # clients wrap their HTTP library's errors, once or twice
        if seen is None:
            break
        reason = _by_status(seen) or next(
            (_BY_NAME[c.__name__] for c in type(seen).__mro__ if c.__name__ in _BY_NAME), None
        )
        if reason in ("unreachable", "cut"):
            return ChatError("cut" if begun else "unreachable", kind)
        if reason:
            return ChatError(reason, kind)
        seen = seen.__cause__ or seen.__context__
    return ChatError("cut" if begun else "failed", kind)


_BY_STATUS: Final[dict[int, Reason]] = {
    401: "key", 403: "key", 404: "no_model", 408: "timeout", 413: "too_long", 429: "rate", 504: "timeout",
}  # fmt: skip


def _by_status(error: BaseException) -> Reason | None:
    """Return what an HTTP status says that the error carries; None where it carries none."""
    holders = (error, getattr(error, "response", None))
    for status in (getattr(holder, name, None) for holder in holders for name in ("status_code", "code")):
        if isinstance(status, int) and status >= 400:
            return _BY_STATUS.get(status, "server" if status >= 500 else "failed")
    return None

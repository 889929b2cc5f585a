"""The chat model that words the answers: none by default, one in this process, or one a reader names.

Nothing heavy is imported here: a question that is answered by quotations passes by.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from retrieval.chat.local_file import is_local, local_file, local_path
from retrieval.errors import DepecheError
from retrieval.settings import QUOTES
from retrieval.told import Phrase

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from pydantic import SecretStr

    from retrieval.settings import Settings

_RETRIES: Final = 3  # by the provider's own client, with back-off; all within DEPECHE_CHAT_TIMEOUT
_NAMES: Final = "Set DEPECHE_CHAT_MODEL to quotes, local, local:FILE.gguf or provider:model."


@dataclass(frozen=True, slots=True)
class _Provider:
    """What we know of one of LangChain's provider packages."""

    extra: str
    key: str | None = None  # the setting that holds its key, and in capitals the name the ecosystem gives it
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def package(self) -> str:
        return f"langchain_{self.extra.replace('-', '_')}"


# Temperature 0 where the provider's models all take it.
_PROVIDERS: Final = {
    "openai": _Provider("openai", "openai_api_key", {"max_retries": _RETRIES}),
    "anthropic": _Provider("anthropic", "anthropic_api_key", {"max_retries": _RETRIES}),
    "mistralai": _Provider("mistralai", "mistral_api_key", {"max_retries": _RETRIES, "temperature": 0}),
    "ollama": _Provider("ollama", None, {"temperature": 0}),
    "google_genai": _Provider("google-genai", "google_api_key", {"max_retries": _RETRIES}),
}


def open_chat_model(settings: Settings, *, eager: bool = False) -> BaseChatModel | None:
    """Return the chat model the settings name, ready to be asked; None for `quotes`.

    The local one loads when it is first asked or, `eager`, begins to now. Raises `DepecheError` where the name is none, its package or its key is missing,
    or its file is not here: all that can be told before the first question.
    """
    if settings.chat_model == QUOTES:
        return None
    if not is_local(settings.chat_model):
        return _elsewhere(settings)
    check_chat_model(settings)
    from retrieval.chat.local_model import LocalChatModel

    # Half of the time a reader waits is for a turn, the other half for the prompt to be read.
    model = LocalChatModel(
        path=local_path(settings), prompts=settings.prompts_dir, patience=settings.chat_timeout / 2
    )
    if eager:
        model.prepare()
    return model


def check_chat_model(settings: Settings) -> None:
    """Raise `DepecheError` where `open_chat_model` would; nothing is loaded."""
    if is_local(settings.chat_model):
        local_file(settings)
        from retrieval.chat.local_engine import require

        require()
    elif settings.chat_model != QUOTES:
        _elsewhere(settings)


def _elsewhere(settings: Settings) -> BaseChatModel:
    provider, _, model = settings.chat_model.partition(":")
    provider = provider.replace("-", "_").lower()
    if not (provider and model):
        raise DepecheError(
            Phrase("DEPECHE_CHAT_MODEL={model} names no chat model", model=settings.chat_model), _NAMES
        )
    known = _PROVIDERS.get(provider)
    if known and not find_spec(known.package):
        raise DepecheError(
            Phrase(
                "The chat models of {provider} need the package {package}",
                provider=provider,
                package=known.package.replace("_", "-"),
            ),
            Phrase("Run: pip install 'depeche[{extra}]'", extra=known.extra),
        )
    arguments = dict(known.arguments) if known else {}
    if known and known.key:
        arguments["api_key"] = _key(known.key, settings)
    if settings.chat_base_url:
        arguments["base_url"] = settings.chat_base_url
    if provider == "ollama":
        arguments["client_kwargs"] = {"timeout": settings.chat_timeout}
    elif known:
        arguments["timeout"] = settings.chat_timeout
    from langchain.chat_models import init_chat_model

    try:
        opened: BaseChatModel = init_chat_model(model, model_provider=provider, **arguments)
        return opened
    except ImportError as error:
        raise DepecheError(
            Phrase(
                "The chat models of {provider} need a package that is not installed here", provider=provider
            ),
            Phrase("Run: pip install langchain-{package}", package=provider.replace("_", "-")),
        ) from error
    except Exception as error:  # each package has its own; their texts may hold the key
        what = Phrase(
            "The chat model {model} cannot be opened ({kind})",
            model=settings.chat_model,
            kind=type(error).__name__,
        )
        raise DepecheError(
            what, Phrase("{names} Its key goes by the provider's own name.", names=_NAMES)
        ) from None


def _key(setting: str, settings: Settings) -> str:
    key: SecretStr | None = getattr(settings, setting)
    if key:
        return key.get_secret_value()
    if settings.chat_base_url:  # servers of one's own seldom want one, and the clients insist on it
        return "none"
    raise DepecheError(
        Phrase("The chat model {model} needs a key", model=settings.chat_model),
        Phrase("Set {name} to it, or use DEPECHE_CHAT_MODEL=local.", name=setting.upper()),
    )

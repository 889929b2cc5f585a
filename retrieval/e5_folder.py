"""What a sentence-transformers folder of multilingual-e5-small holds besides its ONNX graph."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from tokenizers import Tokenizer

    from retrieval.e5_weights import Weights


def tokenizer_of(weights: Weights) -> Tokenizer:
    """Return the vocabulary as a `tokenizers` model, for sentence-transformers."""
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


def pieces_of(weights: Weights) -> bytes:
    """Return the vocabulary as a sentencepiece model, which is what XLM-R's tokens were made with."""
    from sentencepiece import SentencePieceNormalizer
    from sentencepiece.sentencepiece_model_pb2 import ModelProto

    model = ModelProto()
    kinds = ModelProto.SentencePiece
    special = {"<unk>": kinds.UNKNOWN} | dict.fromkeys(("<s>", "</s>", "<pad>", "<mask>"), kinds.CONTROL)
    for piece, score in weights.pieces:
        model.pieces.add(piece=piece, score=score, type=special.get(piece, kinds.NORMAL))
    trained = model.trainer_spec
    trained.model_type, trained.vocab_size = trained.UNIGRAM, len(weights.pieces)
    for name in ("unk", "bos", "eos", "pad"):
        setattr(trained, f"{name}_id", weights.shape[name])
    rules = SentencePieceNormalizer(rule_name="nmt_nfkc").serialized_model_proto()
    model.normalizer_spec.CopyFrom(ModelProto.FromString(rules).normalizer_spec)
    model.normalizer_spec.add_dummy_prefix = True
    model.normalizer_spec.remove_extra_whitespaces = True
    model.normalizer_spec.escape_whitespaces = True
    return bytes(model.SerializeToString())


def write_settings(part: Path, weights: Weights) -> None:
    """Write sentence-transformers' settings of the model into its folder `part`."""
    shape = weights.shape
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


def write_tensors(file: Path, weights: Weights) -> None:
    """Write the weights in fp32, by the names transformers knows, to `file`."""
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

"""A chat model of 3 MB that llama.cpp runs as any other, and whose every word is known beforehand.

Its one layer does nothing: the next token depends on the last one alone. A prompt that ends in "!" is answered by
« encore » without end, any other by counting to ten.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import gguf
import numpy as np

COUNT = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
COUNTED = " ".join(COUNT)
ENDLESS = "encore"
_TEMPLATE = "{% for message in messages %}[{{ message['role'] }}] {{ message['content'] }}{% endfor %}"
_WIDTH = 320  # of the embeddings: a place of its own for each token
_HEADS = 4


def write(path: Path, context: int = 4096) -> Path:
    """Write the model to `path` and return it."""
    pieces = [
        "<unk>",
        "<s>",
        "</s>",
        *(f"<0x{n:02X}>" for n in range(256)),
        *(f"▁{w}" for w in (*COUNT, ENDLESS)),
    ]
    kinds = [gguf.TokenType.UNKNOWN, gguf.TokenType.CONTROL, gguf.TokenType.CONTROL]
    kinds += [gguf.TokenType.BYTE] * 256 + [gguf.TokenType.NORMAL] * (len(COUNT) + 1)
    number = {piece: n for n, piece in enumerate(pieces)}
    after = {number[a]: number[b] for a, b in pairwise(pieces[259:269])}
    after |= {number["▁dix"]: number["</s>"], number["▁encore"]: number["▁encore"]}
    after |= dict.fromkeys(range(259), number["▁un"]) | {number["<0x21>"]: number["▁encore"]}
    embeddings = np.eye(len(pieces), _WIDTH, dtype=np.float32)
    output = np.zeros((len(pieces), _WIDTH), np.float32)
    for last, following in after.items():
        output[following, last] = 1

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Counts to ten")
    writer.add_context_length(context)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(_WIDTH)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_WIDTH // _HEADS)
    writer.add_vocab_size(len(pieces))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(pieces)
    writer.add_token_scores([0.0] * len(pieces))
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template(_TEMPLATE)
    nothing, ones = np.zeros((_WIDTH, _WIDTH), np.float32), np.ones(_WIDTH, np.float32)
    writer.add_tensor("token_embd.weight", embeddings)
    writer.add_tensor("output_norm.weight", ones)
    writer.add_tensor("output.weight", output)
    for name in ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"):
        writer.add_tensor(f"blk.0.{name}.weight", nothing)
    for name in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"blk.0.{name}.weight", ones)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path

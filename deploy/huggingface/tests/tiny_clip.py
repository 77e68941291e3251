"""A CLIP of a few thousand numbers, as random as a seed makes it, in the place of the real one.

`python tiny_clip.py FOLDER` saves it with its preprocessing, as the Hub has them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
import transformers

# As large as the real one where what goes in and comes out is concerned, and tiny inside.
_HIDDEN = {"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 4}
VISION = {**_HIDDEN, "num_hidden_layers": 2, "image_size": 224, "patch_size": 32}
TEXT = {**_HIDDEN, "num_hidden_layers": 1, "vocab_size": 99, "max_position_embeddings": 16}
TEXT |= {"bos_token_id": 1, "eos_token_id": 2}


def processor_class() -> type:
    """Return the preprocessing that counts in numbers of the original: Pillow's, in 4 and in 5."""
    name = "CLIPImageProcessor"
    found: type = getattr(transformers, f"{name}Pil", None) or getattr(transformers, name)
    return found


def save(folder: Path, dimensions: int = 512) -> None:
    """Save both halves of the model, as the Hub has them, and the preprocessing."""
    torch.manual_seed(7)
    vision = {**VISION, "projection_dim": dimensions}
    config = transformers.CLIPConfig(
        text_config=TEXT, vision_config=vision, projection_dim=dimensions
    )
    transformers.CLIPModel(config).save_pretrained(folder)
    processor_class()().save_pretrained(folder)


if __name__ == "__main__":
    save(Path(sys.argv[1]))

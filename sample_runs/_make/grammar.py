"""A tiny grammar: `[a|b]` chooses, `[a|]` may leave out, `{name}` inserts a rule; all may nest."""

from collections.abc import Mapping, Sequence

import numpy as np

Rules = Mapping[str, Sequence[str]]


def expand(pattern: str, rules: Rules, rng: np.random.Generator) -> str:
    """Turn a pattern into one of the sentences it stands for."""
    while (start := max(pattern.rfind("["), pattern.rfind("{"))) >= 0:
        # The last opening bracket has nothing nested behind it.
        closing = "]" if pattern[start] == "[" else "}"
        end = pattern.index(closing, start)
        inner = pattern[start + 1 : end]
        options = inner.split("|") if closing == "]" else rules[inner]
        chosen = options[int(rng.integers(len(options)))]
        pattern = pattern[:start] + chosen + pattern[end + 1 :]
    return " ".join(pattern.split()).replace(" ,", ",").replace(" .", ".").replace(" ?", "?")


def misspell(text: str, rng: np.random.Generator) -> str:
    """Swap or drop one letter inside one longer word."""
    words = text.split(" ")
    long_words = [index for index, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long_words:
        return text
    index = long_words[int(rng.integers(len(long_words)))]
    word = words[index]
    at = int(rng.integers(1, len(word) - 2))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    words[index] = swapped if rng.random() < 0.6 else word[:at] + word[at + 1 :]
    return " ".join(words)

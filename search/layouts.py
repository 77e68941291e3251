"""What was meant by a text that was typed while the keyboard was set to the other language."""

from __future__ import annotations

_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_CYRILLIC = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LATIN_SHIFTED = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'

_TO_CYRILLIC = str.maketrans(_LATIN + _LATIN_SHIFTED, _CYRILLIC + _CYRILLIC.upper())
_TO_LATIN = str.maketrans(_CYRILLIC + _CYRILLIC.upper(), _LATIN + _LATIN_SHIFTED)


def other_layouts(text: str) -> list[str]:
    """Return how the same keys read on a Russian and on an English keyboard, where that differs.

    A text in both alphabets has two such readings.
    """
    readings = [text.translate(_TO_CYRILLIC), text.translate(_TO_LATIN)]
    return [reading for reading in readings if reading != text]

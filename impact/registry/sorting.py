"""Keys by which names are searched and sorted, equal on every database.

Swedish order puts å, ä and ö behind z; é sorts as e. The keys use letters that have this
order by code point, so that no database's own collation matters.
"""

from __future__ import annotations

import unicodedata

_BEHIND_Z = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"})


def search_key(*texts: str) -> str:
    """Casefolded text in which a part of any of the texts can be looked for."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().strip() for text in texts if text)


def sort_key(text: str) -> str:
    """A key that sorts as Swedes expect: a b … z å ä ö, capitals and accents aside."""
    folded = unicodedata.normalize("NFC", text).casefold().strip().translate(_BEHIND_Z)
    bare = unicodedata.normalize("NFD", folded)
    return "".join(letter for letter in bare if not unicodedata.combining(letter))

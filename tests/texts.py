"""What people type, and what the product keeps of it: the one table for every place where words come in."""

#: Nothing in these can be seen.
BLANK = {
    "spaces": " \u00a0\u3000\t",
    "zero width space": "\u200b",
    "hangul filler": "\u3164",
    "half width hangul filler": "\uffa0",
    "hangul fillers": "\u115f\u1160",
    "braille blank": "\u2800",
    "variation selectors": "\ufe0f\ufe0e",
    "selectors of ideographs": "\U000e0100",
    "tags": "\U000e0068\U000e0069",
    "lone marks": "\u0301\u20dd",
    "joiners": "\u200c\u200d\u2060",
    "soft hyphens": "\u00ad\u00ad",
    "marks of direction": "\u200e\u200f\u061c",
    "overrides": "\u202e\u2066\u2069\u202c",
    "byte order mark": "\ufeff",
    "private use": "\ue000\U000f0000",
    "noncharacter": "\ufffe\U0001ffff",
    "not assigned": "\U000e0fff\u0378",
    "object replacement": "\ufffc",
    "null notehead": "\U0001d159",
    "khmer vowels that are not shown": "\u17b4\u17b5",
}

FAMILY, ENGLAND, HEART = "👨‍👩‍👧", "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "❤️‍🔥"

#: As typed → as kept, in texts of one line and of several.
KEPT = {
    "Ada Lovelace": "Ada Lovelace",
    # around a name: contact apps, keyboards, the clipboard
    "\ufeff Ada\u00a0Lovelace\u200b\n": "Ada Lovelace",
    "\u2068Ada Lovelace\u2069": "Ada Lovelace",
    "\u202aAda Lovelace\u202c": "Ada Lovelace",
    "\u200eAda\tLovelace\u200e": "Ada Lovelace",
    "Ada\u3000Lovelace": "Ada Lovelace",
    "Ada’s “talk” – 1½": "Ada’s “talk” – 1½",
    # what turns or hides
    "\u202etxet sdrawkcab": "txet sdrawkcab",
    "pay\u2066load\u2069 now": "payload now",
    "bell\x07 and esc\x1b[31m": "bell and esc[31m",
    "half \ud83d a character": "half  a character",
    "hi\U000e0068\U000e0069dden": "hidden",
    # scripts
    "می‌خواهم": "می‌خواهم",
    "क्‍ष नमस्ते": "क्‍ष नमस्ते",
    "ന്‍": "ന്‍",
    "שָׁלוֹם עֲלֵיכֶם": "שָׁלוֹם עֲלֵיכֶם",
    "葛\U000e0100飾区": "葛\U000e0100飾区",
    "ភាសា\u200bខ្មែរ": "ភាសា\u200bខ្មែរ",
    "Auf\u00adlage": "Auf\u00adlage",
    "Zoe\u0308 e\u0301": "Zoë é",
    "مرحبا\u200f!": "مرحبا\u200f!",
    # emoji
    FAMILY: FAMILY,
    f"{ENGLAND} 🇩🇪 1️⃣ 👍🏽": f"{ENGLAND} 🇩🇪 1️⃣ 👍🏽",
    HEART: HEART,
    "🏳️‍⚧️ 👩🏽‍💻 🫩": "🏳️‍⚧️ 👩🏽‍💻 🫩",
    # joiners, selectors and marks that do nothing
    "spa\u200d m\u200b!": "spa m!",
    "zal" + "\u0301" * 400 + "go": "zaĺ\u0301\u0301\u0301\u0301go",
    "\u0301mark first": "mark first",
    "Ꚍ\ufe0f\ufe0f\ufe0fx": "Ꚍ\ufe0fx",
}

#: Half a character is nothing that JSON or UTF-8 can carry.
SENDABLE = {typed: kept for typed, kept in KEPT.items() if "\ud83d" not in typed}


def on_one_line(kept):
    """In a line runs of spaces are one."""
    return " ".join(kept.split())

"""What Stylelint does not see of the style sheets."""

import re
from pathlib import Path

CSS = Path(__file__).parents[2] / "static" / "css"
THEME = CSS.parents[1] / "templates" / "sessions" / "theme.css"


def test_every_colour_with_a_dark_value_chooses_between_them_at_the_root():
    """Else it would follow the color-scheme of the element that uses it, and be another on the stage than beside it."""
    tokens = (CSS / "tokens.css").read_text(encoding="utf-8")
    registered = re.findall(r'^@property (--[\w-]+) \{ syntax: "<color>"; inherits: true;', tokens, re.MULTILINE)
    chosen = re.findall(r"(--[\w-]+): light-dark\(", tokens + THEME.read_text(encoding="utf-8"))
    assert set(registered) == set(chosen)
    assert tokens.count("light-dark(") == len(re.findall(r"^  --[\w-]+: light-dark\(", tokens, re.MULTILINE))


def test_every_token_that_is_used_is_there():
    sheets = "".join(path.read_text(encoding="utf-8") for path in CSS.glob("*.css"))
    scripts = "".join(path.read_text(encoding="utf-8") for path in (CSS.parent / "js").rglob("*.js"))
    templates = "".join(path.read_text(encoding="utf-8") for path in THEME.parents[1].rglob("*.html"))
    used = set(re.findall(r"var\((--[\w-]+)\)", sheets))
    missing = {name for name in used if f"{name}:" not in sheets and name not in scripts + templates}
    assert missing == set()


def test_every_token_is_used():
    tokens = set(re.findall(r"^  (--[\w-]+):", (CSS / "tokens.css").read_text(encoding="utf-8"), re.MULTILINE))
    sheets = "".join(path.read_text(encoding="utf-8") for path in CSS.glob("*.css"))
    assert tokens - set(re.findall(r"var\((--[\w-]+)", sheets)) == set()

"""Which browser and system a User-Agent header names, so that a person recognises their own sign-ins."""

#: Longer ones name nothing more.
_LONGEST = 400
#: In this order: most browsers also name those that they want to be taken for.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_and_system(agent: str) -> tuple[str, str]:
    """Such as ("Firefox", "Windows"); empty where it names none that is known."""
    text = agent[:_LONGEST]
    found = (next((name for sign, name in known if sign in text), "") for known in (_BROWSERS, _SYSTEMS))
    browser, system = found
    return browser, system

"""The one place where strangers' text is made harmless, for a terminal, for Markdown, and as a link.

Model cards, ids and error texts are written by anybody. Shown raw they can move the cursor, hide or reverse
words, or smuggle links and mentions into a pull request.
"""

import re
from unicodedata import category

# Control sequences (CSI), and closed control strings (OSC, DCS, PM, APC), each with its 7-bit and 8-bit
# opening. The body of a string holds no control character, so matching takes linear time; an unclosed
# string hides nothing.
_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x00-\x1f\x7f-\x9f]*(?:\x07|\x1b\\|\x9c)"
)
# Letters and marks that Unicode calls default-ignorable: printable by category, but nothing is seen.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)

_ENTITIES = {ord(char): f"&#{ord(char)};" for char in "\\&<>|$`\u200b"}
_BACKSLASHED = {ord(char): f"\\{char}" for char in "*_[]~#"}
_INLINE = _ENTITIES | _BACKSLASHED
# Where a zero-width space keeps a renderer from making a link, a mention or an issue reference of plain
# words.
_AUTOLINK = re.compile(
    r"(?<=#)(?=\d)|(?<=GH-)(?=\d)|(?<=@)|(?<=/)(?=/)|(?<=www)(?=\.)|(?<=\.)(?=[^\W\d_])", re.IGNORECASE
)
_BLOCK_START = re.compile(r"^(\d*)([-+=.)])")

_WEB_ADDRESS = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#]|$)", re.IGNORECASE)
_NOT_IN_URL = re.compile(r"[^A-Za-z0-9\-._~:/?#@!&*+,;=%]")
_URL_LIMIT = 2048


def is_visible(char: str) -> bool:
    """Whether a reader sees the character, or a plain space, where it is printed."""
    return char.isprintable() and not _UNSEEN.match(char)


def plain(text: str, limit: int | None = None) -> str:
    """Make one line of visible text, without escape sequences and unseen characters, its white space folded.

    A character without a common meaning (unassigned, private use, half a surrogate pair) shows as U+FFFD.
    Text over `limit` characters is shortened, and says by how many.
    """
    if not text.isprintable() or _UNSEEN.search(text):  # most text is harmless as a whole
        text = "".join(map(_shown, _SEQUENCE.sub("", text)))
    text = " ".join(text.split())
    if limit is None or len(text) <= limit:
        return text
    return f"{text[:limit]} [{len(text) - limit} more characters]"


def _shown(char: str) -> str:
    if char.isspace():
        return " "
    if is_visible(char):
        return char
    return "\N{REPLACEMENT CHARACTER}" if category(char) in {"Cn", "Co", "Cs"} else ""


def markdown(text: str, limit: int | None = None) -> str:
    """Make text that Markdown, also GitHub's, shows as it is: no HTML, link, mention, heading or table.

    The result is one line and may stand in a paragraph, heading, list item, quote or table cell.
    """
    text = _AUTOLINK.sub("\u200b", plain(text, limit))
    return _BLOCK_START.sub(r"\1\\\2", text.translate(_INLINE))


def url(text: str | None) -> str | None:
    """Return a web address that is safe to print and to link to, or None.

    Only http and https, without a user part (it can pose as the host). What could end a link in Markdown,
    HTML or a terminal is percent-encoded, and so is everything that is not ASCII.
    """
    if text is None or len(text) > _URL_LIMIT or not _WEB_ADDRESS.match(text):
        return None
    return _NOT_IN_URL.sub(_percent_encoded, text)


def _percent_encoded(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))

"""What a reader of Markdown gets where HTML is allowed and bare addresses become links: the worst case."""

from markdown_it import MarkdownIt

RENDERER = MarkdownIt("gfm-like", {"html": True, "linkify": True})


def shape(source: str) -> list[str]:
    """List the tokens that Markdown finds, without the words in them."""
    tokens = []
    for token in RENDERER.parse(source):
        tokens.append(token.type)
        tokens += [child.type for child in token.children or [] if child.type != "text"]
    return tokens

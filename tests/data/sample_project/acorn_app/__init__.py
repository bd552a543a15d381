"""An application. This text names docs/readme and acorn/not-loaded, and loads neither.

See https://huggingface.co/acorn/only-in-a-docstring
"""

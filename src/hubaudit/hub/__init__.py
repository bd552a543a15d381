"""The Hub as a crawler meets it: bytes come out, nothing is stored, no SQL."""

"""Reports for people and machines: pure functions of a report."""

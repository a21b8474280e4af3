"""Pages that people take away."""

from evalcore.reports.decision_report import to_html

__all__ = ["to_html"]

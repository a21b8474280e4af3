"""Pages that people take away."""

from evalcore.reports.contents import CHAPTERS, Against, Chapter, Contents
from evalcore.reports.decision_report import to_html
from evalcore.reports.run_report import to_report

__all__ = ["CHAPTERS", "Against", "Chapter", "Contents", "to_html", "to_report"]

"""Runs: the library, ways to open another run, and how the chosen one was read."""

from pages._ui import frame, opening
from pages._ui.library_panel import library_panel
from pages._ui.report_panel import report_panel

frame.open_page()
opening.panel(reported=True)
library_panel()
report_panel()

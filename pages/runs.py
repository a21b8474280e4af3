"""Runs: the library, and how the open run was read."""

from pages._ui import frame
from pages._ui.library_panel import library_panel
from pages._ui.report_panel import report_panel

frame.open_page()
library_panel()
report_panel()

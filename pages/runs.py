"""Runs: the library, ways to open another run, and how the chosen one was read."""

from pages._ui.library.load_report import report_panel
from pages._ui.library.table import library_panel
from pages._ui.shell import frame, opening

frame.open_page()
frame.welcome()
opening.panel(reported=True)
library_panel()
report_panel()

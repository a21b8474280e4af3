"""Ground truth: who says what about which input; vote, settle, and see what it does."""

from pages._ui.inputs.input_dialog import detail
from pages._ui.session import state
from pages._ui.shell import frame
from pages._ui.shell.people import who
from pages._ui.truth.agreement_panel import agreement_panel
from pages._ui.truth.audit_panel import audit_panel
from pages._ui.truth.bring_in import bring_in
from pages._ui.truth.queue import sections
from pages._ui.truth.result_panel import result_panel
from pages._ui.truth.settling import settling
from pages._ui.truth.voting import voting

frame.open_page()
opened = frame.open_run()
view = state.current()

with frame.row():
    sections(view)
    who()
match view.truth_section:
    case "vote":
        voting()
    case "bring_in":
        bring_in(opened)
    case "settle":
        settling()
    case "agreement":
        agreement_panel(opened)
    case "audit":
        audit_panel(opened, view)
    case "result":
        result_panel(opened, view)
detail()

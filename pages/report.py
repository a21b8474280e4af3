"""Report: what people take away of a run, one page for screen and paper."""

from pages._ui.compare.compared import against
from pages._ui.improve.diagnosed import diagnosed
from pages._ui.improve.handling import desk_of
from pages._ui.numbers.rule_panel import rule_heading
from pages._ui.report.panel import Evidence, choices, on_this_run, report_panel, revision
from pages._ui.session import state
from pages._ui.shell import frame
from pages._ui.shell.people import name_of_voter
from pages._ui.truth.agreement_panel import measured_agreement

frame.open_page()
opened = frame.open_run()
view = state.current()

rule_heading(view, opened.run)
choices(opened, view)
view = state.current()
with frame.errors_as_messages():
    desk = desk_of(opened.run, opened.evaluation.run, author=name_of_voter)
report_panel(
    opened,
    view,
    Evidence(
        against=lambda: against(opened, view),
        diagnosis=lambda: diagnosed(opened.evaluation, view, whole=opened.run),
        handled=desk.marks,
        agreement=lambda: measured_agreement(opened),
        minutes=lambda: on_this_run(opened),
        depends_on=(
            *(view.right, view.right_part, view.right_truth, view.right_rule, view.right_own),
            *(view.match_scope, view.matched, view.carried, view.compared),
            revision(opened),
        ),
    ),
)

"""Thresholds: what should the threshold be, what will it cost, how sure can we be."""

from pages._ui.decisions.panel import decisions_panel
from pages._ui.session import state
from pages._ui.shell import frame
from pages._ui.thresholds.advice_panel import advice_panel
from pages._ui.thresholds.band_panel import band_panel
from pages._ui.thresholds.goal_panel import goal_panel
from pages._ui.thresholds.per_concept_panel import own_panel
from pages._ui.thresholds.production_panel import production_panel
from pages._ui.thresholds.section import section_choice

frame.open_page()
opened = frame.open_run()
view = state.current()

section_choice(view)
match view.plan.section:
    case "goal":
        goal_panel(opened.run, view.plan)
        advice_panel(opened.evaluation, view)
    case "concepts":
        goal_panel(opened.run, view.plan, whom=False)
        own_panel(opened.evaluation, view)
    case "production":
        production_panel(opened.evaluation, view)
    case "band":
        band_panel(opened.evaluation, view)
    case "decisions":
        decisions_panel(opened.evaluation, view)

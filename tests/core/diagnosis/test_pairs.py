"""Two things that are harmless alone and bad together."""

from __future__ import annotations

import numpy as np

import evalcore as ec
from evalcore.diagnosis.columns import columns_of
from evalcore.diagnosis.diagnose import diagnose
from evalcore.diagnosis.mistakes import Mistakes
from evalcore.diagnosis.pairs import worse_together

N = 1_600
RULE = ec.Rule(0.5)


def run_of(wrong: np.ndarray, **metadata: np.ndarray) -> ec.EvalRun:
    """A run of one concept, half of the inputs labelled, in which the given inputs are mistaken."""
    rng = np.random.default_rng(1)
    shows = rng.random(N) < 0.5
    scores = np.where(shows ^ wrong, 0.7, 0.2) + rng.random(N) / 10
    return ec.EvalRun.from_arrays(
        scores[:, None], shows[:, None], concepts=["dog"], metadata=metadata, task="multi_label"
    )


def planted() -> ec.EvalRun:
    rng = np.random.default_rng(2)
    camera, light = (rng.choice(names, N) for names in (["phone", "reflex"], ["dark", "bright"]))
    both = (camera == "phone") & (light == "dark")
    return run_of(rng.random(N) < np.where(both, 0.4, 0.05), camera=camera, light=light)


def test_the_pair_is_found_with_the_very_inputs_and_its_rates() -> None:
    run = planted()
    evaluation = ec.Evaluation(run)
    mistakes = Mistakes.of(evaluation, RULE)
    found, n_tests = worse_together(mistakes, columns_of(run))

    (finding,) = found
    assert n_tests == 4
    camera, light = (run.metadata[name] for name in ("camera", "light"))
    both = np.flatnonzero((camera == "phone") & (light == "dark"))
    assert sorted(finding.inputs.tolist()) == both.tolist()
    rates = [
        mistakes.per_input[where].mean()
        for where in (
            (camera == "phone") & (light == "dark"),
            (camera == "phone") & (light != "dark"),
            (camera != "phone") & (light == "dark"),
        )
    ]
    assert finding.number == rates[0] - max(rates[1:])
    assert finding.low is not None
    assert 0 < finding.low < finding.number
    assert "camera is 'phone' and light is 'dark' come together" in finding.headline.replace(
        '"', "'"
    )

    findings = diagnose(evaluation, RULE, rng=np.random.default_rng(0)).findings
    assert any("come together" in one.headline for one in findings)


def test_a_slice_that_is_bad_alone_makes_no_pair() -> None:
    rng = np.random.default_rng(3)
    camera, light = (rng.choice(names, N) for names in (["phone", "reflex"], ["dark", "bright"]))
    run = run_of(rng.random(N) < np.where(camera == "phone", 0.4, 0.05), camera=camera, light=light)
    found = diagnose(ec.Evaluation(run), RULE, rng=np.random.default_rng(0)).findings
    assert any(one.subject == "camera = phone" for one in found)
    assert not any("come together" in one.headline for one in found)


def test_columns_that_say_the_same_are_no_pair() -> None:
    rng = np.random.default_rng(4)
    camera = rng.choice(["phone", "reflex"], N)
    run = run_of(rng.random(N) < 0.2, camera=camera, device=np.char.upper(camera))
    assert worse_together(Mistakes.of(ec.Evaluation(run), RULE), columns_of(run)) == ([], 0)


def test_chance_makes_no_pair() -> None:
    n_found = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        metadata = {f"m{k}": rng.choice(["a", "b", "c", "d"], N) for k in range(4)}
        run = run_of(rng.random(N) < 0.1, **metadata)
        found = diagnose(ec.Evaluation(run), RULE, rng=np.random.default_rng(0)).findings
        n_found += sum("come together" in one.headline for one in found)
    # at a rate of 0.01 per run, more than 4 of 40 come once in ten thousand times
    assert n_found <= 4

"""The server's configuration says what the product relies on, in options that Streamlit knows."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import streamlit
from streamlit import config

CONFIG = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"


def options(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return every option by its dotted name."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            found |= options(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = value
    return found


GIVEN = options(tomllib.loads(CONFIG.read_text(encoding="utf-8")))


def test_the_collection_after_every_script_run_can_still_be_switched_off() -> None:
    assert "runner.postScriptGC" in config._config_options_template
    assert GIVEN["runner.postScriptGC"] is False


def test_streamlit_still_asks_the_option_before_it_collects() -> None:
    import streamlit.runtime.scriptrunner.script_runner as module  # noqa: PLC0415 - read, not run

    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    assert "runner.postScriptGC" in source


@pytest.mark.parametrize("name", GIVEN)
def test_streamlit_knows_the_option(name: str) -> None:
    assert name in config._config_options_template


@pytest.mark.parametrize("name", [name for name in GIVEN if not name.startswith("theme.")])
def test_the_option_is_of_the_kind_that_streamlit_expects(name: str) -> None:
    default = config._config_options_template[name].default_val
    assert default is None or isinstance(GIVEN[name], type(default))


def test_the_server_listens_on_this_machine_only() -> None:
    assert GIVEN["server.address"] == "127.0.0.1"
    assert GIVEN.get("server.enableXsrfProtection", True)
    assert GIVEN.get("server.enableCORS", True)


def test_nothing_is_told_to_anybody() -> None:
    assert GIVEN["browser.gatherUsageStats"] is False
    assert GIVEN["client.showErrorDetails"] not in {True, "full"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("global.minCachedMessageSize", 1e12),
        ("server.fileWatcherType", "none"),
        ("client.disableDataExport", True),
    ],
)
def test_what_the_product_relies_on_is_set_and_known(name: str, value: object) -> None:
    assert name in config._config_options_template
    assert GIVEN[name] == value


@pytest.mark.parametrize(
    ("name", "reader"),
    [
        ("global.minCachedMessageSize", "runtime/forward_msg_cache.py"),
        ("server.fileWatcherType", "watcher/path_watcher.py"),
    ],
)
def test_streamlit_still_reads_what_the_product_relies_on(name: str, reader: str) -> None:
    source = (Path(str(streamlit.__file__)).parent / reader).read_text(encoding="utf-8")
    assert name in source


def test_both_themes_set_the_same_colours() -> None:
    light, dark = (
        {
            name.removeprefix(f"theme.{theme}.")
            for name in GIVEN
            if name.startswith(f"theme.{theme}.")
        }
        for theme in ("light", "dark")
    )
    assert light == dark
    assert {"primaryColor", "backgroundColor", "textColor"} <= light


@pytest.mark.parametrize("name", [name for name in GIVEN if name.endswith("Color")])
def test_a_colour_is_six_hexadecimal_digits(name: str) -> None:
    assert re.fullmatch(r"#[0-9a-f]{6}", GIVEN[name])


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
@pytest.mark.parametrize(
    ("ink", "least"), [("textColor", 7), ("primaryColor", 3), ("blueColor", 3), ("orangeColor", 3)]
)
def test_colours_stand_out_from_the_ground(theme: str, ground: str, ink: str, least: int) -> None:
    """The contrast ratios of WCAG 2.2: 7 for text (AAA), 3 for marks."""
    low, high = sorted(luminance(GIVEN[f"theme.{theme}.{name}"]) for name in (ground, ink))
    assert (high + 0.05) / (low + 0.05) >= least

"""numpy sorts without AVX-512 on processors where that is faster, and only there."""

from __future__ import annotations

import subprocess
import sys

import pytest

from evalcore.base.processor import choose_sort

ZEN_4 = """\
processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
model\t\t: 17
model name\t: AMD EPYC
flags\t\t: fpu avx2 avx512f avx512dq

processor\t: 1
vendor_id\t: AuthenticAMD
"""
FIRST_WITH_NUMPY = """
import sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "numpy":
            print("evalcore.base.processor" in sys.modules)

sys.meta_path.insert(0, Watch())
import {module}
"""


def chosen(processor: str, *, numpy: str = "2.4.6", **before: str) -> dict[str, str]:
    environment = dict(before)
    choose_sort(environment, processor=processor, numpy=numpy)
    return environment


@pytest.mark.parametrize("version", ["2.4.0", "2.10.1", "3.0.0rc1"])
def test_on_zen_4_numpy_does_without_avx_512(version: str) -> None:
    assert chosen(ZEN_4, numpy=version) == {"NPY_DISABLE_CPU_FEATURES": "X86_V4"}


@pytest.mark.parametrize(
    "other",
    [
        "",
        "processor : 0\nmodel name : Apple M2",
        ZEN_4.replace("AuthenticAMD", "GenuineIntel"),
        ZEN_4.replace(": 25", ": 26"),
        ZEN_4.replace(" avx512f", ""),
    ],
    ids=["not Linux", "ARM", "Intel", "Zen 5", "Zen 3"],
)
def test_elsewhere_numpy_decides(other: str) -> None:
    assert chosen(other) == {}


def test_a_numpy_that_has_no_such_name_is_left_alone() -> None:
    assert chosen(ZEN_4, numpy="2.3.5") == {}


def test_who_set_the_variable_is_obeyed() -> None:
    assert chosen(ZEN_4, NPY_DISABLE_CPU_FEATURES="") == {"NPY_DISABLE_CPU_FEATURES": ""}


@pytest.mark.parametrize("module", ["app", "evalcore.__main__"])
def test_it_is_settled_before_numpy_is_imported(module: str) -> None:
    code = FIRST_WITH_NUMPY.format(module=module)
    run = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert run.stdout.split()[:1] == ["True"]

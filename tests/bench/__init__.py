"""The benchmark: ``python -m tests.bench``. Ratios count; milliseconds are the machine's."""

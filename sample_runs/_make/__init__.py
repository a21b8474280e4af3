"""What `sample_runs/make.py` is made of: one module or package per run."""

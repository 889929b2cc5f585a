"""What `python -m benchmarks.train_reader` trains, on what, and how it is put into the package."""

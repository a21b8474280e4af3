"""What is wrong with a run's model and data, each with a number, its interval and its inputs."""

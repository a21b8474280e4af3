"""Charts as pure functions: constant specifications whose data come by name at each drawing."""

"""Big mode, and light or dark: how the app looks in this room."""

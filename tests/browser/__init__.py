"""The app in headless Chromium: what people see, click, type and link to."""

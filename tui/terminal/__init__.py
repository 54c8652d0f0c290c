"""The terminal under the app: driver, input stream, and the app's own error boundary."""

"""The main screen of the app and its parts."""

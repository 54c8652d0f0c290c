"""Options of the app, `lilm` without a command. The command line lists them in its help."""

APP_OPTIONS = {
    "--no-mouse": "leave the mouse to the terminal",
    "--frugal": "send few bytes, for slow links: two frames a second, 16 colors, no mouse",
    "--readonly": "change nothing on the disk: watch runs and talk to models only",
}

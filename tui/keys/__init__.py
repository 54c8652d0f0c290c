"""All key bindings. Screens, panes and widgets take theirs from here, and the help screen is made from them.

A letter has one meaning in the whole app. Keys that pause or end a run are capital letters or ask first.

Not used: ctrl+b and ctrl+a, the prefixes of tmux and screen; ctrl+enter and shift+enter, which most terminals do not
send.
"""

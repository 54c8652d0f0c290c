"""Makers of the sample corpora: `python -m sample_corpora.making` writes them all again, byte for byte.

world.py       who lives where, fears and likes what: the facts of stories and dialogues alike
people.py      strangers made for one story, of open lists; names.py: names without end, a part of them held back
things.py      what is lost, given, built and eaten
dice.py        chance that is the same on every Python; wording.py: templates with many wordings
scene.py       a story's state (who is where and holds what), names and pronouns
events.py      what many stories share: openings, feelings, walks, endings
tales.py       short stories;  plots/: longer ones, a file for each idea;  stories.py: the corpus
chat/          what users ask, tell and want remembered, and the answers;  chat/talks.py: the corpus
probes.py      conversations that are not in the dialogues, to measure a chat model with
verses.py, functions/, hello.py     the small corpora
"""

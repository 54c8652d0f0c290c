"""Functions on text."""

from __future__ import annotations

from sample_corpora.making.functions.template import Pattern, table

PATTERNS = (
    Pattern(
        '''
def count_$what(text: str) -> int:
    """Return how many $what the text has."""
    return sum(1 for letter in text.lower() if letter in "$letters")
''',
        ('count_$what("Hello, world 42!")', 'count_$what("a blue kite.")', 'count_$what("")'),
        table(
            "what letters",
            "vowels | aeiou",
            "digits | 0123456789",
            "commas | ,",
            "dots | .",
            "question_marks | ?",
            "brackets | ()[]{}",
            "even_digits | 02468",
        ),
    ),
    Pattern(
        '''
def remove_$what(text: str) -> str:
    """Return the text without its $what."""
    return "".join(letter for letter in text if letter not in "$letters")
''',
        ('remove_$what("one, two... 3 four!")', 'remove_$what("queue")'),
        table(
            "what letters",
            "vowels | aeiouAEIOU",
            "digits | 0123456789",
            "commas | ,",
            "dots | .",
            "exclamation_marks | !",
        ),
    ),
    Pattern(
        '''
def is_$what(text: str) -> bool:
    """Tell whether the text $rule."""
    return $test
''',
        ('is_$what("level")', 'is_$what("Kite")', 'is_$what("")'),
        table(
            "what rule test",
            "palindrome | reads the same from both ends | text == text[::-1]",
            "short | has fewer than five letters | len(text) < 5",
            "capitalised | starts with a capital letter | text[:1].isupper()",
            "shouted | is written in capitals only | text.isupper()",
            "one_word | is a single word | len(text.split()) == 1",
            "blank | holds nothing but spaces | not text.strip()",
            "made_of_distinct_letters | has no letter twice | len(set(text)) == len(text)",
        ),
    ),
    Pattern(
        '''
def ${which}_word(text: str) -> str:
    """Return the $which word of the text, or an empty string if there is none."""
    words = text.split()
    return $pick if words else ""
''',
        ('${which}_word("the small red fox")', '${which}_word("")'),
        table(
            "which pick",
            "first | words[0]",
            "last | words[-1]",
            "longest | max(words, key=len)",
            "shortest | min(words, key=len)",
            "smallest | min(words)",
            "largest | max(words)",
        ),
    ),
    Pattern(
        '''
def $name(text: str) -> str:
    """Return the text with every word $how."""
    return " ".join($each for word in text.split())
''',
        ('$name("a little brown mouse")', '$name("Hello")'),
        table(
            "name how each",
            "reverse_words | turned around | word[::-1]",
            "capitalise_words | starting with a capital | word[:1].upper() + word[1:]",
            "double_words | written twice | word + word",
            "shorten_words | cut to three letters | word[:3]",
            'star_words | set between stars | f"*{word}*"',
            "initials_only | cut to its first letter | word[0]",
            "swap_ends | with its first letter moved to the end | word[1:] + word[0]",
        ),
    ),
    Pattern(
        '''
def repeat_letters(text: str) -> str:
    """Return the text with each letter written $times times."""
    return "".join(letter * $times for letter in text)
''',
        ('repeat_letters("hop")', 'repeat_letters("")'),
        table("times", "2", "3", "4"),
    ),
    Pattern(
        '''
def count_word(text: str, word: str) -> int:
    """Return how often the word occurs in the text, whatever its capitals."""
    return text.lower().split().count(word.lower())
''',
        ('count_word("The cat and the dog", "the")', 'count_word("no birds here", "cat")'),
    ),
    Pattern(
        '''
def starts_and_ends_with(text: str, letter: str) -> bool:
    """Tell whether the text begins and ends with the letter."""
    return text.startswith(letter) and text.endswith(letter)
''',
        ('starts_and_ends_with("anna", "a")', 'starts_and_ends_with("apple", "a")'),
    ),
    Pattern(
        '''
def $name(text: str, width: int) -> str:
    """Return the text $where in a line of the given width, filled up with "$fill"."""
    return text.$method(width, "$fill")
''',
        ('$name("owl", 7)', '$name("elephant", 3)'),
        table(
            "name where fill method",
            "pad_left | on the right | . | rjust",
            "pad_right | on the left | . | ljust",
            "pad_both | in the middle | - | center",
            "stars_around | in the middle | * | center",
            "zeros_before | on the right | 0 | rjust",
        ),
    ),
    Pattern(
        '''
def shift_letters(text: str, steps: int) -> str:
    """Return the text with each small letter moved on in the alphabet, from z back to a."""
    shifted = ""
    for letter in text:
        if "a" <= letter <= "z":
            place = (ord(letter) - ord("a") + steps) % 26
            shifted += chr(ord("a") + place)
        else:
            shifted += letter
    return shifted
''',
        ('shift_letters("abc xyz", 1)', 'shift_letters("hello", 13)', 'shift_letters("uryyb", 13)'),
    ),
    Pattern(
        '''
def letter_positions(text: str, letter: str) -> list[int]:
    """Return every index at which the letter stands."""
    return [index for index, found in enumerate(text) if found == letter]
''',
        ('letter_positions("banana", "a")', 'letter_positions("tree", "x")'),
    ),
    Pattern(
        '''
def compress(text: str) -> str:
    """Return the text with runs of a letter written as the letter and a count."""
    packed = ""
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or text[index] != text[start]:
            packed += text[start] + str(index - start)
            start = index
    return packed
''',
        ('compress("aaabcc")', 'compress("")'),
    ),
    Pattern(
        '''
def expand_$kind(text: str) -> str:
    """Return the text with "$short" written out as "$long"."""
    return text.replace("$short", "$long")
''',
        ('expand_$kind("you $short me")', 'expand_$kind("nothing")'),
        table(
            "kind short long",
            "and | & | and",
            "at | @ | at",
            "plus | + | plus",
            "equals | = | equals",
            "number | # | number",
        ),
    ),
    Pattern(
        '''
def $name(first: str, second: str) -> bool:
    """Tell whether two words $rule."""
    return $test
''',
        ('$name("listen", "silent")', '$name("tree", "free")', '$name("cat", "dog")'),
        table(
            "name rule test",
            "are_anagrams | have the same letters in another order | sorted(first) == sorted(second)",
            "rhyme | end with the same two letters | first[-2:] == second[-2:]",
            "same_length | are equally long | len(first) == len(second)",
            "share_a_letter | have a letter in common | bool(set(first) & set(second))",
            "start_alike | begin with the same letter | first[:1] == second[:1]",
            "in_order | stand in the order of the alphabet | first <= second",
        ),
    ),
    Pattern(
        '''
def split_at_$mark_name(text: str) -> list[str]:
    """Return the parts between "$mark", without spaces around them."""
    return [part.strip() for part in text.split("$mark")]
''',
        ('split_at_$mark_name("a$mark b $mark c")', 'split_at_$mark_name("alone")'),
        table(
            "mark_name mark",
            "commas | ,",
            "semicolons | ;",
            "colons | :",
            "slashes | /",
            "equal_signs | =",
            "dashes | -",
        ),
    ),
    Pattern(
        '''
def $name(text: str) -> str:
    """Return the text in $style, as in "$like"."""
    words = text.lower().split()
    return $join
''',
        ('$name("Red Sky At Night")', '$name("one")'),
        table(
            "name style like join",
            'snake_case | snake case | one_two | "_".join(words)',
            'kebab_case | kebab case | one-two | "-".join(words)',
            'camel_case | camel case | oneTwo | "".join(words[:1] + [word.capitalize() for word in '
            "words[1:]])",
            'dot_case | dot case | one.two | ".".join(words)',
            'title_case | title case | One Two | " ".join(word.capitalize() for word in words)',
        ),
    ),
    Pattern(
        '''
def mask(secret: str) -> str:
    """Return the secret with all but its last $count letters hidden."""
    return "*" * max(0, len(secret) - $count) + secret[-$count:]
''',
        ('mask("strawberry")', 'mask("ab")'),
        table("count", "1", "2", "3", "4"),
    ),
    Pattern(
        '''
def words_$rule(text: str) -> list[str]:
    """Return the words of the text that $what."""
    return [word for word in text.split() if $test]
''',
        ('words_$rule("anna saw a big Bear and ran off")', 'words_$rule("")'),
        table(
            "rule what test",
            "with_capital | begin with a capital letter | word[0].isupper()",
            "longer_than_three | have more than three letters | len(word) > 3",
            "with_double_letter | have the same letter twice in a row | any(one == two for one, two in "
            "zip(word, word[1:]))",
            'ending_in_n | end in n | word.endswith("n")',
            'starting_with_a | start with a | word.lower().startswith("a")',
            "of_one_letter | are a single letter | len(word) == 1",
        ),
    ),
    Pattern(
        '''
def greet_$when(name: str) -> str:
    """Return a $when greeting for someone."""
    return f"Good $when, {name}!"
''',
        ('greet_$when("Lily")',),
        table("when", "morning", "afternoon", "evening", "night"),
    ),
    Pattern(
        '''
def plural(noun: str) -> str:
    """Return the plural of a regular English noun."""
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"
''',
        ('plural("fox")', 'plural("berry")', 'plural("boy")', 'plural("kite")'),
    ),
    Pattern(
        '''
def with_article(noun: str) -> str:
    """Return the noun after "a" or "an"."""
    article = "an" if noun[0].lower() in "aeiou" else "a"
    return f"{article} {noun}"
''',
        ('with_article("owl")', 'with_article("pony")'),
    ),
)

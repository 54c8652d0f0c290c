"""Functions on dictionaries and sets, recursion, and small classes."""

from __future__ import annotations

from sample_corpora.making.functions.template import Pattern, table

PATTERNS = (
    Pattern(
        '''
def count_$what(text: str) -> dict[str, int]:
    """Return how often each $one occurs."""
    counts: dict[str, int] = {}
    for $one in $source:
        counts[$one] = counts.get($one, 0) + 1
    return counts
''',
        ('count_$what("to be to")', 'count_$what("")'),
        table(
            "what one source",
            "letters | letter | text",
            "words | word | text.split()",
            "lengths | size | map(str, map(len, text.split()))",
        ),
    ),
    Pattern(
        '''
def group_by_$what(words: list[str]) -> dict[$kind, list[str]]:
    """Return the words grouped by $rule."""
    groups: dict[$kind, list[str]] = {}
    for word in words:
        groups.setdefault($key, []).append(word)
    return groups
''',
        ('group_by_$what(["cat", "cow", "bee", "goat"])', "group_by_$what([])"),
        table(
            "what kind rule key",
            "length | int | how long they are | len(word)",
            "first_letter | str | their first letter | word[0]",
            "last_letter | str | their last letter | word[-1]",
            'vowel_start | bool | whether they start with a vowel | word[0] in "aeiou"',
        ),
    ),
    Pattern(
        '''
def $name(prices: dict[str, int]) -> $kind:
    """Return $what of a shop's prices."""
    return $code
''',
        ('$name({"pear": 3, "bun": 2, "pie": 7})',),
        table(
            "name kind what code",
            "total_price | int | the sum | sum(prices.values())",
            "cheapest | str | the cheapest thing | min(prices, key=lambda thing: prices[thing])",
            "dearest | str | the dearest thing | max(prices, key=lambda thing: prices[thing])",
            "cheap_things | list[str] | the names of all things below five | [thing for thing, price in "
            "prices.items() if price < 5]",
            "doubled_prices | dict[str, int] | a copy at twice the cost | {thing: price * 2 for thing, "
            "price in prices.items()}",
            "by_price | list[str] | the names from cheap to dear | sorted(prices, key=lambda thing: "
            "prices[thing])",
            'price_list | list[str] | a line for each | [f"{thing}: {price}" for thing, price in '
            "prices.items()]",
            "mean_price | float | the mean | sum(prices.values()) / len(prices)",
        ),
    ),
    Pattern(
        '''
def inverted(mapping: dict[str, str]) -> dict[str, str]:
    """Return the mapping with keys and values exchanged."""
    return {value: key for key, value in mapping.items()}
''',
        ('inverted({"hello": "hallo", "cat": "katze"})',),
    ),
    Pattern(
        '''
def merged(first: dict[str, int], second: dict[str, int]) -> dict[str, int]:
    """Return both mappings as one, with the $how for a key that is in both."""
    result = dict(first)
    for key, value in second.items():
        result[key] = $code if key in result else value
    return result
''',
        ('merged({"a": 1, "b": 5}, {"b": 2, "c": 3})',),
        table(
            "how code",
            "sum | result[key] + value",
            "larger value | max(result[key], value)",
            "smaller value | min(result[key], value)",
            "second value | value",
            "product | result[key] * value",
        ),
    ),
    Pattern(
        '''
def $name(first: set[int], second: set[int]) -> list[int]:
    """Return what is in $what, in order."""
    return sorted(first $sign second)
''',
        ("$name({1, 2, 3}, {3, 4})", "$name(set(), {7})"),
        table(
            "name what sign",
            "intersection | both sets | &",
            "difference | the first set only | -",
            "symmetric_difference | exactly one of two sets | ^",
        ),
    ),
    Pattern(
        '''
def $name(number: int) -> int:
    """Return $what, by recursion."""
    if number <= 0:
        return $base
    return $step
''',
        ("$name(4)", "$name(0)"),
        table(
            "name what base step",
            "sum_to | the sum of the numbers up to this one | 0 | number + sum_to(number - 1)",
            "product_to | the product of the numbers up to this one | 1 | number * product_to(number - 1)",
            "power_of_two | two to the power of the number | 1 | 2 * power_of_two(number - 1)",
            "squares_to | the sum of the squares up to this number | 0 | number * number + "
            "squares_to(number - 1)",
            "stairs | in how many ways one can climb so many stairs by ones and twos, counted from one | 1 "
            "| stairs(number - 1) + (stairs(number - 2) if number > 1 else 0)",
        ),
    ),
    Pattern(
        '''
def reverse(text: str) -> str:
    """Return the text from its end to its start, by recursion."""
    if len(text) < 2:
        return text
    return reverse(text[1:]) + text[0]
''',
        ('reverse("stone")', 'reverse("")'),
    ),
    Pattern(
        '''
def depth(nested: list) -> int:
    """Return how deep lists are nested in a list."""
    return 1 + max((depth(item) for item in nested if isinstance(item, list)), default=0)
''',
        ("depth([1, [2, [3]], []])", "depth([])"),
    ),
    Pattern(
        '''
def permutations(items: list[int]) -> list[list[int]]:
    """Return the items in every possible order."""
    if not items:
        return [[]]
    orders = []
    for place, first in enumerate(items):
        for rest in permutations(items[:place] + items[place + 1 :]):
            orders.append([first, *rest])
    return orders
''',
        ("permutations([1, 2, 3])", "permutations([])"),
    ),
    Pattern(
        '''
def hanoi(discs: int) -> int:
    """Return how many moves the tower of so many discs takes."""
    return 0 if discs == 0 else 2 * hanoi(discs - 1) + 1
''',
        ("hanoi(3)", "hanoi(0)"),
    ),
    Pattern(
        '''
def is_balanced(text: str) -> bool:
    """Tell whether every "$open" is closed by a "$close" in the right order."""
    depth = 0
    for letter in text:
        if letter == "$open":
            depth += 1
        elif letter == "$close":
            depth -= 1
        if depth < 0:
            return False
    return depth == 0
''',
        ('is_balanced("a$open b $open$close$close")', 'is_balanced("$close$open")'),
        table("open close", "( | )", "[ | ]", "{ | }", "< | >"),
    ),
    Pattern(
        '''
class $name:
    """A counter that $what."""

    def __init__(self) -> None:
        self.value = $start

    def press(self) -> int:
        """Change the value once and return it."""
        self.value $change
        return self.value
''',
        ("$name().press()", "[button.press() for button in [$name()] for _ in range(3)]"),
        table(
            "name what start change",
            "UpCounter | counts up from zero | 0 | += 1",
            "DownCounter | counts down from ten | 10 | -= 1",
            "EvenCounter | counts the even numbers | 0 | += 2",
            "Doubler | doubles from one | 1 | *= 2",
            "TenCounter | counts in tens | 0 | += 10",
            "Halver | halves from a hundred | 100 | //= 2",
        ),
    ),
    Pattern(
        '''
class $name:
    """A pile from which the $which item comes out first."""

    def __init__(self, items: list[str]) -> None:
        self.items = list(items)

    def put(self, item: str) -> None:
        """Add an item at the end."""
        self.items.append(item)

    def take(self) -> str:
        """Remove and return the $which item."""
        return self.items.pop($index)
''',
        ('$name(["a", "b", "c"]).take()', '$name(["only"]).take()'),
        table("name which index", "Queue | oldest | 0", "Stack | newest | "),
    ),
    Pattern(
        '''
class $name:
    """A $kind that knows its own size."""

    def __init__(self, $fields) -> None:
        $init

    def area(self) -> float:
        """Return the area, rounded to two places."""
        return round($area, 2)

    def border(self) -> float:
        """Return the length of the border, rounded to two places."""
        return round($border, 2)
''',
        ("$name($example).area()", "$name($example).border()"),
        table(
            "name kind fields init area border example",
            "Square | square | side: float | self.side = side | self.side**2 | 4 * self.side | 3",
            "Circle | circle | radius: float | self.radius = radius | 3.14159 * self.radius**2 | 2 * "
            "3.14159 * self.radius | 2",
            "Rectangle | rectangle | width: float, height: float | self.width, self.height = width, height "
            "| self.width * self.height | 2 * (self.width + self.height) | 2, 5",
        ),
    ),
    Pattern(
        '''
class $name:
    """A $kind that can hold up to $limit $things."""

    def __init__(self) -> None:
        self.count = 0

    def add(self, more: int) -> int:
        """Put in as many $things as fit, and return how many are in it now."""
        self.count = min($limit, self.count + more)
        return self.count
''',
        ("$name().add(3)", "$name().add(1000)"),
        table(
            "name kind limit things",
            "Basket | basket | 12 | eggs",
            "Bag | bag | 20 | nuts",
            "Shelf | shelf | 40 | books",
            "Jar | jar | 100 | buttons",
            "Boat | boat | 4 | people",
        ),
    ),
    Pattern(
        '''
class Account:
    """The money of one person, in whole coins."""

    def __init__(self, coins: int = 0) -> None:
        self.coins = coins

    def $verb(self, coins: int) -> int:
        """$doc"""
        $code
        return self.coins
''',
        ("Account(10).$verb(4)", "Account(0).$verb(4)"),
        table(
            "verb doc code",
            "earn | Add coins and return what is there. | self.coins += coins",
            "spend | Take coins away, at most those that are there, and return the rest. | self.coins -= "
            "min(coins, self.coins)",
        ),
    ),
)

"""Functions on lists."""

from __future__ import annotations

from sample_corpora.making.functions.template import Pattern, table

PATTERNS = (
    Pattern(
        '''
def $name(numbers: list[int]) -> list[int]:
    """Return $what."""
    return [$each for number in numbers $test]
''',
        ("$name([3, -1, 4, 10])", "$name([])"),
        table(
            "name what each test",
            "doubled | every number twice as large | number * 2 | ",
            "squared | the square of every number | number * number | ",
            "only_even | the even numbers | number | if number % 2 == 0",
            "only_odd | the odd numbers | number | if number % 2 == 1",
            "only_positive | the numbers above zero | number | if number > 0",
            "only_small | the numbers below five | number | if number < 5",
            "without_zeros | all numbers but the zeros | number | if number != 0",
            "increased | every number larger by one | number + 1 | ",
            "absolute | every number without its sign | abs(number) | ",
            "halved_evens | half of each even number | number // 2 | if number % 2 == 0",
            "negated_all | every number with the other sign | -number | ",
            "capped | every number, but never more than five | min(number, 5) | ",
        ),
    ),
    Pattern(
        '''
def $name(numbers: list[int]) -> int:
    """Return $what, or zero for an empty list."""
    $result = 0
    for number in numbers:
        $step
    return $result
''',
        ("$name([4, 7, -2, 7])", "$name([])"),
        table(
            "name what result step",
            "total | the sum of the numbers | total | total += number",
            "total_of_squares | the sum of the squares | total | total += number * number",
            "how_many | how many numbers there are | count | count += 1",
            "total_of_distances | the sum of the numbers without their signs | total | total += abs(number)",
            "alternating_total | the numbers added and taken away in turns, from the last one | total | "
            "total = number - total",
            "largest_above_zero | the largest number above zero | best | best = max(best, number)",
        ),
    ),
    Pattern(
        '''
def count_$what(numbers: list[int]) -> int:
    """Return how many of the numbers are $rule."""
    return sum(1 for number in numbers if $test)
''',
        ("count_$what([3, 0, -5, 8, 8])", "count_$what([])"),
        table(
            "what rule test",
            "even | even | number % 2 == 0",
            "odd | odd | number % 2 == 1",
            "negative | below zero | number < 0",
            "positive | above zero | number > 0",
            "zeros | zero | number == 0",
            "large | above five | number > 5",
        ),
    ),
    Pattern(
        '''
def $name(items: list[str]) -> list[str]:
    """Return the words $how."""
    return $code
''',
        ('$name(["pear", "fig", "apple", "fig"])', "$name([])"),
        table(
            "name how code",
            "sorted_words | in the order of the alphabet | sorted(items)",
            "sorted_by_length | from the shortest to the longest | sorted(items, key=len)",
            "reversed_words | in the opposite order | items[::-1]",
            "every_second | at places 0, 2, 4 and so on | items[::2]",
            "without_first | without the first one | items[1:]",
            "without_last | without the last one | items[:-1]",
            "upper_words | in capitals | [item.upper() for item in items]",
            "distinct_words | each only once, in the order of their first place | list(dict.fromkeys(items))",
            "rotated | with the first one moved to the end | items[1:] + items[:1]",
            "long_words | that have more than three letters | [item for item in items if len(item) > 3]",
            'numbered | with their number before them | [f"{number}. {item}" for number, item in '
            "enumerate(items, start=1)]",
            "twice | one after the other, two times | items * 2",
        ),
    ),
    Pattern(
        '''
def $name(numbers: list[float]) -> float:
    """Return $what of at least one number."""
    $code
''',
        ("$name([2, 9, 4])", "$name([1, 2, 3, 4])"),
        table(
            "name what code",
            "mean | the mean | return sum(numbers) / len(numbers)",
            "spread | the distance from the smallest to the largest | return max(numbers) - min(numbers)",
            "middle_of_range | the point halfway between the smallest and the largest | return "
            "(max(numbers) + min(numbers)) / 2",
            "last_change | by how much the last differs from the first | return numbers[-1] - numbers[0]",
        ),
    ),
    Pattern(
        '''
def median(numbers: list[float]) -> float:
    """Return the middle number in order of size, or the mean of the two in the middle."""
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
''',
        ("median([5, 1, 3])", "median([4, 1, 3, 2])"),
    ),
    Pattern(
        '''
def chunks(items: list[int]) -> list[list[int]]:
    """Return the items in groups of $size; the last group may be shorter."""
    return [items[start : start + $size] for start in range(0, len(items), $size)]
''',
        ("chunks([1, 2, 3, 4, 5])", "chunks([])"),
        table("size", "2", "3", "4"),
    ),
    Pattern(
        '''
def flatten(rows: list[list[int]]) -> list[int]:
    """Return the items of all rows in one list."""
    return [item for row in rows for item in row]
''',
        ("flatten([[1, 2], [], [3]])", "flatten([])"),
    ),
    Pattern(
        '''
def transpose(rows: list[list[int]]) -> list[list[int]]:
    """Return the table with rows and columns exchanged."""
    return [list(column) for column in zip(*rows)]
''',
        ("transpose([[1, 2, 3], [4, 5, 6]])", "transpose([])"),
    ),
    Pattern(
        '''
def running_$what(numbers: list[int]) -> list[int]:
    """Return for each place the $what of the numbers up to there."""
    result: list[int] = []
    for number in numbers:
        result.append($how if result else number)
    return result
''',
        ("running_$what([2, 5, 1, 7])", "running_$what([])"),
        table(
            "what how",
            "sum | result[-1] + number",
            "maximum | max(result[-1], number)",
            "minimum | min(result[-1], number)",
            "product | result[-1] * number",
        ),
    ),
    Pattern(
        '''
def $name(first: list[int], second: list[int]) -> list[int]:
    """Return $what."""
    return [$each for a, b in zip(first, second)]
''',
        ("$name([1, 5, 3], [4, 2, 3])", "$name([], [])"),
        table(
            "name what each",
            "add_lists | the sums of the numbers at the same place | a + b",
            "multiply_lists | the products of the numbers at the same place | a * b",
            "larger_of_each | the larger number at each place | max(a, b)",
            "differences | by how much the numbers at the same place differ | abs(a - b)",
        ),
    ),
    Pattern(
        '''
def $name(first: list[int], second: list[int]) -> list[int]:
    """Return the items that are $what, in order."""
    return [item for item in first if item $test second]
''',
        ("$name([1, 2, 3, 4], [2, 4, 6])", "$name([1], [])"),
        table(
            "name what test",
            "in_both | in both lists | in",
            "only_in_first | in the first list only | not in",
        ),
    ),
    Pattern(
        '''
def is_$what(numbers: list[int]) -> bool:
    """Tell whether each number is $rule the one before it."""
    return all(one $sign two for one, two in zip(numbers, numbers[1:]))
''',
        ("is_$what([1, 2, 2, 5])", "is_$what([3, 2, 1])", "is_$what([])"),
        table(
            "what rule sign",
            "rising | larger than | <",
            "falling | smaller than | >",
            "never_falling | at least as large as | <=",
            "never_rising | at most as large as | >=",
            "constant | equal to | ==",
        ),
    ),
    Pattern(
        '''
def position(items: list[str], wanted: str) -> int:
    """Return the first place of the item, or -1 if it is not there."""
    for place, item in enumerate(items):
        if item == wanted:
            return place
    return -1
''',
        ('position(["cat", "dog", "hen"], "dog")', 'position(["cat"], "owl")'),
    ),
    Pattern(
        '''
def binary_search(ordered: list[int], wanted: int) -> bool:
    """Tell whether a sorted list holds the number, by halving it again and again."""
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low < len(ordered) and ordered[low] == wanted
''',
        ("binary_search([1, 4, 6, 9], 6)", "binary_search([1, 4, 6, 9], 5)"),
    ),
    Pattern(
        '''
def $name(numbers: list[int]) -> list[int]:
    """Return the numbers in $order order, sorted by $method."""
    ordered: list[int] = []
    for number in numbers:
        place = 0
        while place < len(ordered) and ordered[place] $sign number:
            place += 1
        ordered.insert(place, number)
    return ordered
''',
        ("$name([5, 2, 8, 2])", "$name([])"),
        table(
            "name order method sign",
            "insertion_sort | rising | insertion | <",
            "insertion_sort_down | falling | insertion | >",
        ),
    ),
    Pattern(
        '''
def bubble_sort(numbers: list[int]) -> list[int]:
    """Return the numbers in rising order, by swapping neighbours."""
    ordered = list(numbers)
    for end in range(len(ordered) - 1, 0, -1):
        for place in range(end):
            if ordered[place] > ordered[place + 1]:
                ordered[place], ordered[place + 1] = ordered[place + 1], ordered[place]
    return ordered
''',
        ("bubble_sort([5, 2, 8, 2])", "bubble_sort([])"),
    ),
    Pattern(
        '''
def merge(first: list[int], second: list[int]) -> list[int]:
    """Return two sorted lists as one sorted list."""
    merged: list[int] = []
    left = right = 0
    while left < len(first) and right < len(second):
        if first[left] <= second[right]:
            merged.append(first[left])
            left += 1
        else:
            merged.append(second[right])
            right += 1
    return merged + first[left:] + second[right:]
''',
        ("merge([1, 4, 6], [2, 3, 9])", "merge([], [5])"),
    ),
    Pattern(
        '''
def $name(words: list[str]) -> str:
    """Return the words as one text, with "$glue" between them."""
    return "$glue".join(words)
''',
        ('$name(["red", "green", "blue"])', "$name([])"),
        table(
            "name glue",
            "join_with_plus | +",
            "join_with_dashes | -",
            "join_with_slashes | /",
            "join_with_dots | .",
            "join_with_arrows | ->",
        ),
    ),
    Pattern(
        '''
def listed(names: list[str]) -> str:
    """Return the names as a sentence lists them, with "$word" before the last one."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " $word " + names[-1]
''',
        ('listed(["Anna", "Ben", "Mia"])', 'listed(["Tom"])'),
        table("word", "and", "or"),
    ),
    Pattern(
        '''
def windows(items: list[int]) -> list[tuple[int, ...]]:
    """Return every $size neighbours of the list."""
    return [tuple(items[start : start + $size]) for start in range(len(items) - $size + 1)]
''',
        ("windows([1, 2, 3, 4])", "windows([1])"),
        table("size", "2", "3"),
    ),
    Pattern(
        '''
def nth_$which(numbers: list[int], n: int) -> int:
    """Return the n-th $which number, where n starts at one."""
    return sorted(numbers$order)[n - 1]
''',
        ("nth_$which([5, 1, 9], 1)", "nth_$which([5, 1, 9], 3)"),
        table("which order", "smallest | ", "largest | , reverse=True"),
    ),
)

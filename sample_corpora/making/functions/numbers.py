"""Functions on numbers."""

from __future__ import annotations

from sample_corpora.making.functions.template import Pattern, table

PATTERNS = (
    Pattern(
        '''
def $name(number: $kind) -> $kind:
    """Return $what."""
    return $how
''',
        ("$name(3)", "$name(10)", "$name(-4)"),
        table(
            "name kind what how",
            "double | int | twice the number | number * 2",
            "triple | int | three times the number | number * 3",
            "square | int | the number times itself | number * number",
            "cube | int | the third power of the number | number**3",
            "next_even | int | the smallest even number above this one | number + 2 - number % 2",
            "half_down | int | half of the number, rounded down | number // 2",
            "last_digit | int | the last digit of the number | abs(number) % 10",
            "distance_from_zero | int | how far the number is from zero | abs(number)",
            "negated | int | the number with the other sign | -number",
            "sign | int | 1, 0 or -1, as the number is above, at or below zero | (number > 0) - (number < 0)",
            "successor | int | the number after this one | number + 1",
            "at_most_five | int | the number, but never more than five | min(number, 5)",
            "at_least_zero | int | the number, but never less than zero | max(number, 0)",
        ),
    ),
    Pattern(
        '''
def is_$what(number: int) -> bool:
    """Tell whether the number $rule."""
    return $test
''',
        ("is_$what(12)", "is_$what(7)", "is_$what(0)"),
        table(
            "what rule test",
            "even | can be halved without a rest | number % 2 == 0",
            "odd | has a rest when halved | number % 2 == 1",
            "multiple_of_three | is three times a whole number | number % 3 == 0",
            "multiple_of_five | is five times a whole number | number % 5 == 0",
            "positive | is above zero | number > 0",
            "one_digit | has a single digit | -10 < number < 10",
            "two_digits | has exactly two digits | 10 <= abs(number) <= 99",
            "square_number | is the square of a whole number | number >= 0 and round(number**0.5) ** 2 == "
            "number",
            "power_of_two | is a power of two | number > 0 and number & (number - 1) == 0",
            "between_one_and_ten | lies from one to ten | 1 <= number <= 10",
        ),
    ),
    Pattern(
        '''
def is_prime(number: int) -> bool:
    """Tell whether the number has exactly two divisors."""
    if number < 2:
        return False
    return all(number % divisor for divisor in range(2, int(number**0.5) + 1))
''',
        ("is_prime(2)", "is_prime(9)", "is_prime(97)"),
    ),
    Pattern(
        '''
def $name(a: int, b: int) -> int:
    """Return $what."""
    return $how
''',
        ("$name(12, 5)", "$name(3, 3)"),
        table(
            "name what how",
            "add | the sum of two numbers | a + b",
            "subtract | the first number less the second | a - b",
            "multiply | the product of two numbers | a * b",
            "larger | the larger of two numbers | a if a > b else b",
            "smaller | the smaller of two numbers | a if a < b else b",
            "gap | how far two numbers are apart | abs(a - b)",
            "remainder | what is left when a is divided by b | a % b",
            "share | how much each of b people gets of a things | a // b",
            "power | a to the power of b | a**b",
            "sum_of_squares | the squares of both numbers added | a * a + b * b",
            "rectangle_area | the area of a rectangle with these sides | a * b",
            "rectangle_border | the length of the border of a rectangle | 2 * (a + b)",
            "sum_up_to_ten | the sum of both, but never more than ten | min(a + b, 10)",
        ),
    ),
    Pattern(
        '''
def factorial(number: int) -> int:
    """Return the product of all numbers from one to this one."""
    result = 1
    for factor in range(2, number + 1):
        result *= factor
    return result
''',
        ("factorial(0)", "factorial(5)"),
    ),
    Pattern(
        '''
def fibonacci(count: int) -> list[int]:
    """Return the first numbers of the row in which each is the sum of the two before it."""
    row = [0, 1]
    while len(row) < count:
        row.append(row[-1] + row[-2])
    return row[:count]
''',
        ("fibonacci(7)", "fibonacci(1)"),
    ),
    Pattern(
        '''
def greatest_common_divisor(a: int, b: int) -> int:
    """Return the greatest number that divides both, by Euclid's method."""
    while b:
        a, b = b, a % b
    return a
''',
        ("greatest_common_divisor(12, 18)", "greatest_common_divisor(7, 5)"),
    ),
    Pattern(
        '''
def least_common_multiple(a: int, b: int) -> int:
    """Return the smallest number above zero that both divide."""
    multiple = max(a, b)
    while multiple % a or multiple % b:
        multiple += max(a, b)
    return multiple
''',
        ("least_common_multiple(4, 6)", "least_common_multiple(3, 9)"),
    ),
    Pattern(
        '''
def digits(number: int) -> list[int]:
    """Return the digits of a number, the first one first."""
    return [int(digit) for digit in str(abs(number))]
''',
        ("digits(407)", "digits(-12)"),
    ),
    Pattern(
        '''
def $name(number: int) -> int:
    """Return $what."""
    return $how(int(digit) for digit in str(abs(number)))
''',
        ("$name(407)", "$name(9)"),
        table(
            "name what how",
            "digit_sum | the sum of the digits | sum",
            "largest_digit | the largest digit | max",
            "smallest_digit | the smallest digit | min",
        ),
    ),
    Pattern(
        '''
def $name(number: int) -> list[int]:
    """Return $what."""
    return [$each for $n in range(1, number + 1) $test]
''',
        ("$name(12)", "$name(1)"),
        table(
            "name what each n test",
            "count_up | all numbers from one up to this one | n | n | ",
            "divisors | all numbers that divide this one | n | n | if number % n == 0",
            "squares_up_to | the squares of all numbers up to this one | n * n | n | ",
            "evens_up_to | all even numbers up to this one | n | n | if n % 2 == 0",
            "odds_up_to | all odd numbers up to this one | n | n | if n % 2 == 1",
            "threes_up_to | all multiples of three up to this one | n | n | if n % 3 == 0",
            "not_divisors | all smaller numbers that do not divide this one | n | n | if number % n",
        ),
    ),
    Pattern(
        '''
def ${frm}_to_$to(value: float) -> float:
    """Return $what, rounded to two places."""
    return round($how, 2)
''',
        ("${frm}_to_$to(100)", "${frm}_to_$to(2.5)"),
        table(
            "frm to what how",
            "celsius | fahrenheit | degrees Celsius as degrees Fahrenheit | value * 9 / 5 + 32",
            "fahrenheit | celsius | degrees Fahrenheit as degrees Celsius | (value - 32) * 5 / 9",
            "metres | feet | metres as feet | value / 0.3048",
            "feet | metres | feet as metres | value * 0.3048",
            "kilometres | miles | kilometres as miles | value / 1.609344",
            "miles | kilometres | miles as kilometres | value * 1.609344",
            "minutes | hours | minutes as hours | value / 60",
            "hours | minutes | hours as minutes | value * 60",
            "days | weeks | days as weeks | value / 7",
            "inches | centimetres | inches as centimetres | value * 2.54",
            "centimetres | inches | centimetres as inches | value / 2.54",
            "degrees | turns | degrees as parts of a full turn | value / 360",
            "dozens | pieces | dozens as single pieces | value * 12",
        ),
    ),
    Pattern(
        '''
def $name(side: float) -> float:
    """Return $what, rounded to two places."""
    return round($how, 2)
''',
        ("$name(2)", "$name(0.5)"),
        table(
            "name what how",
            "square_area | the area of a square with this side | side * side",
            "square_border | the border of a square with this side | 4 * side",
            "cube_volume | the volume of a cube with this side | side**3",
            "cube_surface | the surface of a cube with this side | 6 * side * side",
            "square_diagonal | the diagonal of a square with this side | side * 2**0.5",
            "circle_area | the area of a circle with this radius | 3.141592653589793 * side * side",
            "circle_border | the length of a circle with this radius | 2 * 3.141592653589793 * side",
            "triangle_area | the area of a triangle with three such sides | 3**0.5 / 4 * side * side",
        ),
    ),
    Pattern(
        '''
def to_base_$base(number: int) -> str:
    """Return a number from zero upwards, written in base $base."""
    written = ""
    while number:
        number, digit = divmod(number, $base)
        written = str(digit) + written
    return written or "0"
''',
        ("to_base_$base(10)", "to_base_$base(0)"),
        table("base", "2", "3", "4", "5", "8"),
    ),
    Pattern(
        '''
def from_base_$base(written: str) -> int:
    """Return the number that is written in base $base."""
    number = 0
    for digit in written:
        number = number * $base + int(digit)
    return number
''',
        ('from_base_$base("101")', 'from_base_$base("0")'),
        table("base", "2", "3", "4", "5", "8"),
    ),
    Pattern(
        '''
def collatz_steps(number: int) -> int:
    """Return how many steps of halving, or tripling and adding one, lead to one."""
    steps = 0
    while number != 1:
        number = number // 2 if number % 2 == 0 else 3 * number + 1
        steps += 1
    return steps
''',
        ("collatz_steps(1)", "collatz_steps(6)"),
    ),
    Pattern(
        '''
def grade(points: int) -> str:
    """Return the grade for points out of a hundred: $best from $high, $middle from $low, else $worst."""
    if points >= $high:
        return "$best"
    if points >= $low:
        return "$middle"
    return "$worst"
''',
        ("grade(95)", "grade(60)", "grade(20)"),
        table(
            "best high middle low worst",
            "gold | 90 | silver | 50 | bronze",
            "great | 80 | good | 40 | again",
            "A | 85 | B | 55 | C",
        ),
    ),
    Pattern(
        '''
def is_leap_year(year: int) -> bool:
    """Tell whether the year has a 29th of February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
''',
        ("is_leap_year(2024)", "is_leap_year(1900)", "is_leap_year(2000)"),
    ),
    Pattern(
        '''
def clock(minutes: int) -> str:
    """Return the time so many minutes after midnight, as hours and minutes."""
    hours, rest = divmod(minutes % (24 * 60), 60)
    return f"{hours:02}:{rest:02}"
''',
        ("clock(75)", "clock(1445)"),
    ),
    Pattern(
        '''
def fizz(number: int) -> str:
    """Return "$one" for multiples of $a, "$two" for multiples of $b, both for both, else the number."""
    word = ""
    if number % $a == 0:
        word += "$one"
    if number % $b == 0:
        word += "$two"
    return word or str(number)
''',
        ("fizz(15)", "fizz(12)", "fizz(10)", "fizz(11)"),
        table(
            "a b one two",
            "3 | 5 | fizz | buzz",
            "2 | 5 | tick | tock",
            "2 | 3 | ding | dong",
            "4 | 6 | hip | hop",
        ),
    ),
)

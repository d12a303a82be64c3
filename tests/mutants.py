"""Texts that were read once, with seeded slips: what a reader must survive."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    Slip = Callable[[Random, bytes, Sequence[bytes]], bytes]

NASTY = (
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\r\n", b"\xc2\x85", b'"',
    b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\\ud800", b"\\u0000", b"\x1b[31m", b"{", b"}",
    b"[" * 3000, b'{"a":' * 3000, b"(" * 400, b"-" * 990, b"x**" * 300, b"{{", b"```",
    b"a" * 9000, b"9" * 5000, b"1," * 20_000, b"\n" * 20_000, b"%s%n{0}", b"../" * 999,
    b"/dev/zero", b"null", b"true", b"NaN", b"-Infinity", b"\xd9\xa3", b"",
)  # fmt: skip
NUMBERS = (
    b"0", b"-0", b"-1", b"1", b"2", b"3", b"0.5", b"1e999", b"-1e999", b"1e308",
    b"5e-324", b"1e100", b"-1e100", b"1e6", b"1e-12", b"9007199254740993", b"NaN",
    b"2147483647", b"2147483648", b"-2147483649", b"9223372036854775808", b"100000",
    b"1000000000", b"4096", b"257", b"1_0", b"0x10", b"1e", b".", b"00", b"9" * 4400,
)  # fmt: skip
_NUMBER = re.compile(rb"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(rb'"[^"\n]{0,40}"')
_TOKEN = re.compile(rb"\w+|[^\w\s]|\s+")


def mutant(rng: Random, seeds: Sequence[bytes]) -> bytes:
    """Return one of the seeds with a few slips in it."""
    raw = rng.choice(seeds)
    slips = rng.choice((SLIPS, GENTLE))
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 5, 9))):
        raw = rng.choice(slips)(rng, raw, seeds)
    return raw


def _flipped(rng: Random, raw: bytes, seeds: Sequence[bytes]) -> bytes:
    del seeds
    if not raw:
        return raw
    at = rng.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << rng.randrange(8)]) + raw[at + 1 :]


def _cut(rng: Random, raw: bytes, seeds: Sequence[bytes]) -> bytes:
    del seeds
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + raw[at + rng.choice((1, 1, 2, 7, 60, 10**6)) :]


def _put(rng: Random, raw: bytes, seeds: Sequence[bytes]) -> bytes:
    del seeds
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + rng.choice(NASTY) + raw[at:]


def _spliced(rng: Random, raw: bytes, seeds: Sequence[bytes]) -> bytes:
    other = rng.choice(seeds)
    return raw[: rng.randrange(len(raw) + 1)] + other[rng.randrange(len(other) + 1) :]


def _doubled(rng: Random, raw: bytes, seeds: Sequence[bytes]) -> bytes:
    del seeds
    start = rng.randrange(len(raw) + 1)
    part = raw[start : start + rng.choice((1, 8, 50, 300))]
    return raw[:start] + part * rng.choice((2, 2, 3, 40)) + raw[start:]


def _renumbered(rng: Random, raw: bytes, seeds: Sequence[bytes]) -> bytes:
    del seeds
    found = [*_NUMBER.finditer(raw[:200_000])]
    if not found:
        return raw
    one = rng.choice(found)
    return raw[: one.start()] + rng.choice(NUMBERS) + raw[one.end() :]


def _swapped(rng: Random, raw: bytes, seeds: Sequence[bytes]) -> bytes:
    """Put a token of any seed in the place of another."""
    here = [*_TOKEN.finditer(raw[:200_000])]
    there = _TOKEN.findall(rng.choice(seeds)[:200_000])
    if not (here and there):
        return raw
    one = rng.choice(here)
    return raw[: one.start()] + rng.choice(there) + raw[one.end() :]


def _reworded(rng: Random, raw: bytes, seeds: Sequence[bytes]) -> bytes:
    """Put a quoted word of any seed in the place of another."""
    here = [*_WORD.finditer(raw[:200_000])]
    there = _WORD.findall(rng.choice(seeds)[:200_000])
    if not (here and there):
        return _swapped(rng, raw, seeds)
    one = rng.choice(here)
    return raw[: one.start()] + rng.choice(there) + raw[one.end() :]


def _nudged(rng: Random, raw: bytes, seeds: Sequence[bytes]) -> bytes:
    """Make a number another one of its kind."""
    del seeds
    found = [*_NUMBER.finditer(raw[:200_000])]
    if not found:
        return raw
    one = rng.choice(found)
    times = rng.choice((0, 0.1, 0.5, 2, 3, 10, 100, 1000, 10_000, -1))
    value = float(one[0][:300]) * times
    whole = value.is_integer() and abs(value) < 1e15
    put = repr(int(value) if whole else value).encode()
    return raw[: one.start()] + put + raw[one.end() :]


GENTLE: tuple[Slip, ...] = (
    _nudged,
    _nudged,
    _nudged,
    _reworded,
)  # what is changed stays readable
SLIPS: tuple[Slip, ...] = (
    _flipped, _cut, _put, _spliced, _doubled, _renumbered, _renumbered, _swapped,
    _swapped, _swapped,
)  # fmt: skip

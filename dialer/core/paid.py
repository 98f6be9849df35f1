"""What counts as paid on a claim, from two sources that overlap: the claims file's total and payments booked here.

The file's figure is a running total: the creditor's books know every payment, those that are booked here among them,
though often days later. Payments that are booked here are known one by one. Neither is counted twice:

- the same figure again tells nothing new;
- a higher figure counts where it is more than what counts as paid by now; it is never added to it;
- a lower figure takes back what the file alone had said, never a payment that is booked here;
- a payment that the file's total may hold already is not added. It may be in a rise of the total that no other payment
  accounts for, if the money had come by the day of that rise and is no more than it. A total that is ahead of us by
  mistake in this is put right by the creditor's next one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """`minor` counts as paid; `told_minor` is the file's last figure, None before it has named any. Minor units.

    `fresh_minor` is how much of `minor` the file has brought that no payment booked here accounts for, as of the day
    of its last rise, `told_on`.
    """

    minor: int = 0
    told_minor: int | None = None
    fresh_minor: int = 0
    told_on: date | None = None


def by_file(paid: Paid, figure: int, *, booked: int, on: date) -> Paid:
    """After a claims file of that day has said that `figure` is paid; `booked`: the payments booked here, all told."""
    before = paid.minor - booked if paid.told_minor is None else paid.told_minor
    minor = paid.minor
    if figure > before:
        minor = max(minor, figure)
    elif figure < before:
        minor = max(figure, booked, minor - (before - figure))
    rise = minor - paid.minor
    return Paid(
        minor=minor,
        told_minor=figure,
        fresh_minor=max(0, paid.fresh_minor + rise),
        told_on=on if rise > 0 else paid.told_on,
    )


def by_payment(paid: Paid, amount: int, *, paid_on: date) -> Paid:
    """After a payment was booked; a negative one went back. Where the file may have told of it, nothing is added."""
    if 0 < amount <= paid.fresh_minor and paid.told_on is not None and paid_on <= paid.told_on:
        return replace(paid, fresh_minor=paid.fresh_minor - amount)
    return replace(paid, minor=paid.minor + amount)

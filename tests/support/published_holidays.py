"""GOV.UK's own list of bank holidays, so that tests need not trust the package that the calendar uses.

`data/govuk_bank_holidays.csv` holds the bank holidays of England and Wales from 2012 to 2028, as published on
https://www.gov.uk/bank-holidays (Crown copyright, Open Government Licence v3.0).
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

FIRST, LAST = date(2012, 1, 1), date(2028, 12, 31)
LIST = Path(__file__).parent / "data" / "govuk_bank_holidays.csv"
ONE_DAY = timedelta(days=1)
SATURDAY = 5


def published_holidays() -> frozenset[date]:
    """Return the published bank holidays of England and Wales."""
    with LIST.open(encoding="utf-8", newline="") as file:
        return frozenset(date.fromisoformat(row["day"]) for row in csv.DictReader(file))


HOLIDAYS = published_holidays()


def is_worked(day: date) -> bool:
    """Return whether a day is a working day by the published list."""
    assert FIRST <= day <= LAST
    return day.weekday() < SATURDAY and day not in HOLIDAYS


def is_any(_day: date) -> bool:
    """Return True: in a term of days every day counts."""
    return True

"""Of a debtor who was erased nothing is written any more: nobody is erased twice."""

from __future__ import annotations

from dialer.core.errors import BadInput
from dialer.storage import erasure
from dialer.storage.database import Transaction


def refuse_erased(tx: Transaction, case_id: int) -> None:
    """Raises BadInput when the debtor of a case, which is locked, was erased."""
    if erased := erasure.erased_at(tx, case_id):
        raise BadInput(f"the debtor of case {case_id} was erased on {erased.date()}; nothing is written of him")

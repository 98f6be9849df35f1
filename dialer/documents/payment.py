"""What a transfer needs: account, reference, amount, and the QR code that carries them."""

from __future__ import annotations

from dataclasses import dataclass

from dialer.documents.epc import payment_payload
from dialer.documents.letterhead import BankAccount
from dialer.documents.values import Money


@dataclass(frozen=True)
class Payment:
    """Without an amount (a plan has many) there is no code."""

    account: BankAccount
    reference: str
    amount: Money | None

    @property
    def code_payload(self) -> str | None:
        """The text of the EPC code; None where the standard has none."""
        if self.amount is None:
            return None
        account = self.account
        return payment_payload(
            holder=account.holder,
            iban=account.iban,
            bic=account.bic,
            minor=self.amount.minor,
            currency=self.amount.currency,
            reference=self.reference,
        )

"""The outbox in the database: claimed once, nothing without the gate's word, an end stays an end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from dialer.core.casework import DeliveryState, DocumentKind, Transport
from dialer.core.outcome import Channel, Outcome
from dialer.storage import deliveries, documents
from dialer.storage.deliveries import NewDelivery
from dialer.storage.documents import NewDocument
from dialer.storage.tables import cases, claims, debtors

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ALLOW = {"verdict": "allow", "packs": ["de 2026.11"]}
DENY = {"verdict": "deny"}
NUMBER = "+493023125109"


def queued(tx, reference="D", **more):
    debtor = tx.execute(
        debtors.insert()
        .values(creditor="m", reference=reference, name="N", type="business", segment="b", country="DE", language="de")
        .returning(debtors.c.id)
    ).scalar_one()
    row = {"debtor_id": debtor, "status": "open", "next_reason": "", "entry_head": "", "created_at": NOW}
    case = tx.execute(cases.insert().values(**row).returning(cases.c.id)).scalar_one()
    paper = NewDocument(
        case_id=case, kind=DocumentKind.CALLBACK_FAX, language="de", pdf=b"x", made_at=NOW, made_by="anna"
    )
    new = {"channel": Channel.FAX, "transport": Transport.FAX_MAIL, "recipient": NUMBER, "made_at": NOW, **more}
    ids = {"document_id": documents.store(tx, paper), "case_id": case, "debtor_id": debtor}
    return deliveries.queue(tx, NewDelivery(**ids, contact_id=None, phone_id=None, made_by="anna", **new))


@pytest.fixture
def waiting(db):
    with db.write() as tx:
        return queued(tx)


def state_of(db, delivery):
    with db.read() as tx:
        return deliveries.by_id(tx, delivery).state


def test_due_once_its_time_has_come_longest_waiting_first(db):
    with db.write() as tx:
        late = queued(tx, "A", made_at=NOW + timedelta(hours=1))
        first = queued(tx, "B")
        queued(tx, "C", made_at=NOW + timedelta(hours=3))
        assert deliveries.due(tx, now=NOW + timedelta(hours=2), limit=9) == [first, late]
        assert deliveries.due(tx, now=NOW + timedelta(hours=2), limit=1) == [first]


def test_only_one_worker_gets_it(db, waiting, at_once):
    def claim(_):
        with db.write() as tx:
            return deliveries.claim(tx, waiting, verdict=ALLOW, at=NOW)

    assert sorted(at_once(4, claim)) == [False, False, False, True]
    with db.read() as tx:
        claimed = deliveries.by_id(tx, waiting)
    assert (claimed.state, claimed.tries, claimed.sent_at) == (DeliveryState.SENDING, 1, NOW)


@pytest.mark.parametrize("verdict", [DENY, {}, {"verdict": None}])
def test_nothing_leaves_without_the_gates_word(db, waiting, verdict):
    with pytest.raises(sa.exc.DBAPIError, match="needs a verdict"), db.write() as tx:
        deliveries.claim(tx, waiting, verdict=verdict, at=NOW)
    assert state_of(db, waiting) is DeliveryState.WAITING


def test_unknown_ends_waiting_for_good_but_a_late_proof_counts(db, waiting):
    with db.write() as tx:
        deliveries.claim(tx, waiting, verdict=ALLOW, at=NOW)
        assert deliveries.end(tx, waiting, DeliveryState.UNKNOWN, error="lost")
        assert not deliveries.postpone(tx, waiting, until=NOW)
        assert not deliveries.claim(tx, waiting, verdict=ALLOW, at=NOW)
        assert not deliveries.end(tx, waiting, DeliveryState.FAILED, error="x")
        assert deliveries.due(tx, now=NOW + timedelta(days=99), limit=9) == []
        assert deliveries.end(tx, waiting, DeliveryState.HANDED_OVER, proof="250")
        assert not deliveries.end(tx, waiting, DeliveryState.UNKNOWN, error="x")


def test_refused_is_never_due_again(db, waiting):
    with db.write() as tx:
        assert deliveries.refuse(tx, waiting, verdict=DENY)
        assert deliveries.due(tx, now=NOW + timedelta(days=99), limit=9) == []
        assert not deliveries.claim(tx, waiting, verdict=ALLOW, at=NOW)


def test_stale_is_what_was_claimed_long_ago(db, waiting):
    with db.write() as tx:
        assert deliveries.stale(tx, before=NOW + timedelta(days=1)) == []
        deliveries.claim(tx, waiting, verdict=ALLOW, at=NOW)
        assert deliveries.stale(tx, before=NOW) == []
        assert deliveries.stale(tx, before=NOW + timedelta(seconds=1)) == [waiting]


@pytest.mark.parametrize(
    ("state", "outcome"), [(DeliveryState.HANDED_OVER, Outcome.SENT), (DeliveryState.UNKNOWN, Outcome.UNKNOWN)]
)
def test_history_holds_what_the_debtor_may_have(db, waiting, state, outcome):
    with db.write() as tx:
        debtor = deliveries.by_id(tx, waiting).debtor_id
        assert deliveries.past(tx, debtor, []) == []
        deliveries.claim(tx, waiting, verdict=ALLOW, at=NOW)
        (under_way,) = deliveries.past(tx, debtor, [])
        assert under_way.outcome is Outcome.UNKNOWN
        deliveries.end(tx, waiting, state)
        (past,) = deliveries.past(tx, debtor, [])
        assert (past.id, past.at, past.outcome, past.e164, past.counts) == (-waiting, NOW, outcome, NUMBER, True)
        assert deliveries.past(tx, debtor + 1, []) == []
        assert deliveries.past(tx, debtor + 1, [NUMBER]) == [past]


def test_try_in_vain_leaves_no_trace_in_the_history(db, waiting):
    with db.write() as tx:
        deliveries.claim(tx, waiting, verdict=ALLOW, at=NOW)
        assert deliveries.postpone(tx, waiting, until=NOW + timedelta(minutes=1), error="nobody there")
        assert deliveries.past(tx, deliveries.by_id(tx, waiting).debtor_id, [NUMBER]) == []
        assert deliveries.due(tx, now=NOW, limit=9) == []


# --- which claims it is about ----------------------------------------------------------------------------------------


def owes(db, delivery, reference, *, paid=0):
    row = {"creditor": "m", "invoice_number": reference, "amount_minor": 5_000, "paid_minor": paid, "currency": "EUR"}
    days = {"invoice_date": date(2026, 9, 1), "due_date": date(2026, 9, 15)}
    with db.write() as tx:
        case = deliveries.by_id(tx, delivery).case_id
        new = claims.insert().values(case_id=case, reference=reference, **row, **days)
        return tx.execute(new.returning(claims.c.id)).scalar_one()


def about(db, delivery):
    with db.read() as tx:
        (past,) = deliveries.past(tx, deliveries.by_id(tx, delivery).debtor_id, [])
        return past.claims


def test_fax_is_about_the_claims_that_are_open_when_it_leaves(db, waiting):
    old, new = owes(db, waiting, "F1"), owes(db, waiting, "F2", paid=4_999)
    owes(db, waiting, "F3", paid=5_000)
    with db.write() as tx:
        other = queued(tx, "E")
    owes(db, other, "G1")
    with db.write() as tx:
        deliveries.claim(tx, waiting, verdict=ALLOW, at=NOW)
    assert about(db, waiting) == {str(old), str(new)}
    with db.write() as tx:  # what is paid later does not change what it was about
        tx.execute(claims.update().values(paid_minor=5_000))
    assert about(db, waiting) == {str(old), str(new)}


def test_another_try_is_about_what_is_open_then(db, waiting):
    owes(db, waiting, "F1")
    new = owes(db, waiting, "F2")
    with db.write() as tx:
        deliveries.claim(tx, waiting, verdict=ALLOW, at=NOW)
        deliveries.postpone(tx, waiting, until=NOW)
        tx.execute(claims.update().where(claims.c.reference == "F1").values(paid_minor=5_000))
        deliveries.claim(tx, waiting, verdict=ALLOW, at=NOW)
        assert not deliveries.claim(tx, waiting, verdict=ALLOW, at=NOW)
    assert about(db, waiting) == {str(new)}


def test_what_nobody_noted_is_not_guessed(db, waiting):
    with db.write() as tx:
        deliveries.claim(tx, waiting, verdict=ALLOW, at=NOW)
    assert about(db, waiting) == frozenset()

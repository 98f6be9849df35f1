"""A WSGI program that only says whether the signature holds; started by test_signature_gunicorn."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from dialer.telephony.signature import raw_target, verify


@Request.application
def app(request):
    good = verify(
        auth_token="12345",
        origin="https://example.com",
        raw_target=raw_target(request.environ),
        method=request.method,
        form=request.form,
        signature=request.headers.get("X-Twilio-Signature"),
    )
    return Response("good" if good else "bad", status=200 if good else 403)

"""The REST API over HTTP, as the SDK expects it, with test doors beside it."""

from __future__ import annotations

import hmac
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException

from dialer.simulator import listing
from dialer.simulator.codes import ApiError
from dialer.simulator.doors import doors

if TYPE_CHECKING:
    from dialer.simulator.network import Network

NetworkProvider = Callable[[], "Network"]
MAX_PAGE_SIZE = 1000

accounts = Blueprint("accounts", __name__, url_prefix="/2010-04-01/Accounts")


def create_app(network_provider: NetworkProvider) -> Flask:
    """The REST API of the network that the provider returns, as a WSGI application."""
    app = Flask(__name__)
    app.extensions["network"] = network_provider
    app.register_blueprint(accounts)
    app.register_blueprint(doors)
    app.register_error_handler(ApiError, _refuse)
    app.register_error_handler(HTTPException, _no_such_thing)
    app.register_error_handler(ConnectionResetError, _drop_connection)
    return app


def network() -> Network:
    provider: NetworkProvider = current_app.extensions["network"]
    return provider()


@accounts.url_value_preprocessor
def keep_account(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.account_sid = (values or {}).pop("account_sid", "")


@accounts.before_request
def authenticate() -> None:
    known, given = network(), request.authorization
    user, password = (given.username or "", given.password or "") if given else ("", "")
    if user != known.account_sid or not hmac.compare_digest(password.encode(), known.auth_token.encode()):
        raise ApiError(20003)
    if g.account_sid != known.account_sid:
        raise ApiError(20404, request.path)


@accounts.post("/<account_sid>/Calls.json")
def create_call() -> tuple[dict[str, Any], int]:
    return network().create_call(request.form.to_dict(flat=False)), 201


@accounts.get("/<account_sid>/Calls.json")
def list_calls() -> dict[str, Any]:
    query = request.args.to_dict()
    size = query.get("PageSize", "50")
    if not size.isdigit() or not 1 <= int(size) <= MAX_PAGE_SIZE:
        raise ApiError(20007, "PageSize")
    page, rows = network().list_calls(query, int(size))
    return listing.page_json(page, base=request.path, query=query, rows=rows)


@accounts.get("/<account_sid>/Calls/<sid>.json")
def fetch_call(sid: str) -> dict[str, Any]:
    return network().get_call(sid)


@accounts.post("/<account_sid>/Calls/<sid>.json")
def update_call(sid: str) -> dict[str, Any]:
    return network().update_call(sid, request.form.to_dict(flat=False))


@accounts.delete("/<account_sid>/Calls/<sid>.json")
def delete_call(sid: str) -> tuple[str, int]:
    network().delete_call(sid)
    return "", 204


@accounts.get("/<account_sid>/IncomingPhoneNumbers.json")
def incoming_phone_numbers() -> dict[str, Any]:
    return _own_numbers("incoming_phone_numbers", "PN")


@accounts.get("/<account_sid>/OutgoingCallerIds.json")
def outgoing_caller_ids() -> dict[str, Any]:
    return _own_numbers("outgoing_caller_ids", "PN")


@accounts.get("/<account_sid>.json")
def fetch_account() -> dict[str, Any]:
    account_sid = g.account_sid
    uri = f"/2010-04-01/Accounts/{account_sid}.json"
    return {
        "sid": account_sid,
        "status": "active",
        "type": "Full",
        "friendly_name": "Virtual telephone network",
        "auth_token": "",
        "owner_account_sid": account_sid,
        "date_created": None,
        "date_updated": None,
        "subresource_uris": {},
        "uri": uri,
    }


def _own_numbers(name: str, prefix: str) -> dict[str, Any]:
    known = network()
    wanted = request.args.get("PhoneNumber")
    numbers = [number for number in sorted(known.own_numbers or ()) if wanted in (None, number)]
    rows = [
        {
            "sid": prefix + number.strip("+").rjust(32, "0"),
            "account_sid": known.account_sid,
            "phone_number": number,
            "friendly_name": number,
            "capabilities": {"voice": True, "sms": False, "mms": False, "fax": False},
        }
        for number in numbers
    ]
    return {
        name: rows,
        "page": 0,
        "page_size": 50,
        "start": 0,
        "end": max(len(rows) - 1, 0),
        "uri": request.path,
        "first_page_uri": request.path,
        "next_page_uri": None,
        "previous_page_uri": None,
    }


def _refuse(error: ApiError) -> tuple[Response, int]:
    body = {
        "code": error.code,
        "message": str(error),
        "more_info": f"https://www.twilio.com/docs/errors/{error.code}",
        "status": error.status,
    }
    return jsonify(body), error.status


def _no_such_thing(error: HTTPException) -> tuple[Response, int]:
    codes = {400: 20001, 404: 20404, 405: 20004}
    return _refuse(ApiError(codes.get(error.code or 500, 20500), request.path))


def _drop_connection(error: ConnectionResetError) -> Response:
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    if connection is None:
        raise error
    connection.shutdown(socket.SHUT_RDWR)
    return Response(status=500)  # goes nowhere: the socket is shut

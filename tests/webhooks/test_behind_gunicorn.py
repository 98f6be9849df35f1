"""The shipped web server: its figures on a port of their own, and a log that can be read by machines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from office_kit import ABSENT_AXEL, Office

from tests.e2e.processes import free_port

DIALER = Path(sys.executable).with_name("dialer")


def get(url: str) -> str:
    for _ in range(150):
        try:
            with urllib.request.urlopen(url, timeout=5) as reply:
                return str(reply.read().decode())
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} does not answer")


def test_two_workers_serve_one_set_of_figures_and_keep_them_from_the_public(office: Office) -> None:
    public, private = free_port(), free_port()
    config = office.config_path.read_text(encoding="utf-8")
    office.config_path.write_text(f"{config}\n[operations]\nmetrics_port = {private}\n", encoding="utf-8")
    office.collector("anna")
    axel = office.case(ABSENT_AXEL)
    office.dial()
    token = office.attempt(axel).token
    command = [DIALER, "serve", "webhooks", "--port", str(public), "--config", str(office.config_path)]
    clock = f"{office.network.now.isoformat()}@{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime())}+00:00*1"
    environment = {**os.environ, "DIALER_CLOCK": clock}
    log = office.folder / "web.log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=subprocess.STDOUT)
    try:
        assert get(f"http://127.0.0.1:{public}/healthz") == "ok\n"
        assert 'dialer_live_attempts{state="placed"} 1.0' in get(f"http://127.0.0.1:{private}/metrics")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            get(f"http://127.0.0.1:{public}/metrics")
        forged = urllib.request.Request(f"http://127.0.0.1:{public}/twilio/status/{token}", data=b"CallStatus=busy")
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(forged, timeout=5)
        # once they are told to stop, one may take over from the other
        serving = log.read_text(encoding="utf-8").count('"metrics.serving"')
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
    output = log.read_text(encoding="utf-8")
    assert process.returncode == 0, output
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    refused = next(line for line in lines if line["event"] == "webhook.refused")
    assert refused["place"] == "/twilio/status/<token>"
    assert serving == 1
    assert token not in output

"""A headless Chromium, driven through chromedriver's WebDriver protocol with the standard library alone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
import urllib.request
from typing import Any

import pytest

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-default-browser-check"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1100,900"),
]
MISSING = (
    "the report is tested in a real headless Chromium, and {} was not found. Install it: on Debian "
    "`apt install chromium chromium-driver`, on Ubuntu `snap install chromium`, on macOS `brew install chromium chromedriver`."
)


def _find(*names: str) -> str:
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail(MISSING.format(" or ".join(names)), pytrace=False)
    return path


class Browser:
    """One browser window; ``logs`` has what it printed and every network request it made."""

    def __init__(self) -> None:
        binary = _find("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        driver = _find("chromedriver", "chromium.chromedriver")
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._driver = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
        self._session = ""
        self._base = f"http://127.0.0.1:{self._port()}/session"
        options = {"binary": binary, "args": [*FLAGS, f"--user-data-dir={self._profile.name}"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        self._session = self._call("", {"capabilities": {"alwaysMatch": wanted}})["sessionId"]

    def _port(self) -> int:
        assert self._driver.stdout is not None
        for line in self._driver.stdout:
            if found := re.search(r"started successfully on port (\d+)", line):
                return int(found[1])
        return pytest.fail("chromedriver did not start", pytrace=False)

    def _call(self, command: str, payload: dict[str, Any] | None = None, method: str = "POST") -> Any:
        url = f"{self._base}/{self._session}/{command}".rstrip("/") if self._session else self._base
        data = json.dumps(payload or {}).encode() if method == "POST" else None
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        with self._open(request, timeout=60) as answer:
            return json.loads(answer.read())["value"]

    def visit(self, url: str) -> None:
        self._call("url", {"url": url})

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        return self._call("execute/sync", {"script": f"return {script}", "args": []})

    def click(self, selector: str) -> None:
        self._call(f"element/{self._element(selector)}/click")

    def type(self, selector: str, text: str) -> None:
        self._call(f"element/{self._element(selector)}/value", {"text": text})

    def emulate(self, what: str, **parameters: Any) -> None:
        """A setting of the DevTools protocol's Emulation domain: ``DeviceMetricsOverride``, ``EmulatedMedia``."""
        self._call("goog/cdp/execute", {"cmd": f"Emulation.set{what}", "params": parameters})

    def _element(self, selector: str) -> str:
        return next(iter(self._call("element", {"using": "css selector", "value": selector}).values()))

    def errors(self) -> list[str]:
        """What the console has shown since the last call."""
        return [entry["message"] for entry in self._call("se/log", {"type": "browser"})]

    def requests(self) -> list[str]:
        """The addresses asked for since the last call."""
        events = [json.loads(entry["message"])["message"] for entry in self._call("se/log", {"type": "performance"})]
        return [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]

    def close(self) -> None:
        if self._session:
            self._call("", method="DELETE")
        self._driver.terminate()
        self._driver.wait(10)
        self._profile.cleanup()

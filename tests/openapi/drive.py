#!/usr/bin/env python3
"""Drives a real server on loopback by its own OpenAPI description: as an administrator, as a promoter and as a stranger.

No answer may be a 5xx, of a status, media type or shape that the description does not name, and nobody may get in without
a token. The data folder is thrown away afterwards, so everything may be destroyed. `run` calls this.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).parent
# What is checked. Left out: positive_data_acceptance and negative_data_rejection (the description does not tell every rule
# of the business: two zones with one number are well-formed and refused), unsupported_method (HEAD and OPTIONS are
# answered by the router), use_after_free (a deleted event is an archived one, which stays readable).
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "ignored_auth",
]
# Endless by design: server-sent events.
ENDLESS = "/api/v1/events/{id}/live"
# Would end the session that everything else is asked with: ids that one answer tells are tried in the next request. Only a
# stranger tries them.
ENDS_SESSION = ["/api/v1/auth/logout", "/api/v1/auth/password", "/api/v1/auth/sessions/{id}", "/api/v1/users/{id}/sessions"]
# Below the server's own limit for one person (100 a second).
RATE = "80/s"


def main() -> int:
    args = parse()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="turnstone-openapi-") as folder:
        server = Server(args.server, pathlib.Path(folder))
        try:
            failed = False
            for who in args.who.split(","):
                failed |= drive(server, who, args)
            failed |= server.complains()
        finally:
            server.stop()
    print(f"openapi: {time.monotonic() - began:.0f} s, seed {args.seed}, {args.examples} examples an operation and phase")
    return 1 if failed else 0


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True, help="the sync-server program")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=25, help="most seconds for each of the three")
    parser.add_argument("--who", default="promoter,stranger,admin", help="the administrator last: it deletes people")
    return parser.parse_args()


class Server:
    """One organization with two events and some tickets."""

    def __init__(self, program: str, folder: pathlib.Path):
        self.program, self.data = program, folder / "server"
        self.log = folder / "server.log"
        made = self.run("init", "--organization", "Openapi", "--email", "admin@a.example")
        self.password = made["password"]
        for name in ("Friday", "Saturday"):
            self.event = self.run(
                "event", "create", name, "--starts", "2030-01-01T20:00:00Z", "--time-zone", "UTC",
                "--gate", "North:Hall", "--gate", "South:Hall",
            )["event"]
        guests = folder / "guests.csv"
        guests.write_text("name,reference\n" + "".join(f"Guest {n},T{n}\n" for n in range(20)))
        self.run("tickets", "import", str(guests), "--event", "Saturday")
        env = {key: value for key, value in os.environ.items() if not key.startswith("TURNSTONE_")}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [program, "--data", str(self.data), "serve", "--listen", "127.0.0.1:0", "--behind-proxy"],
                stdout=subprocess.PIPE, stderr=log, text=True, env=env,
            )
        for line in self.process.stdout:
            if found := re.search(r"http://[0-9.:]+", line):
                self.url = found.group(0)
                break
        else:
            raise SystemExit("the server ended without listening:\n" + self.log.read_text())
        self.admin = self.sign_in("admin@a.example", self.password)
        user = {"email": "promoter@a.example", "name": "P", "role": "promoter", "password": "a long password 1", "events": [self.event]}
        self.post("/api/v1/users", user, self.admin)
        self.promoter = self.sign_in("promoter@a.example", "a long password 1")
        scanner = {"name": "North 1", "gate": 1, "role": "scan", "events": [self.event]}
        scanner = self.post("/api/v1/scanners/register", scanner, self.admin)["scanner"]["id"]
        tickets = self.get(f"/api/v1/events/{self.event}/tickets", self.admin)["tickets"]
        # Not the two people who ask: whoever deletes itself hears nothing but 401 afterwards.
        extra = {**user, "email": "third@a.example"}
        users = self.get("/api/v1/users", self.admin)
        self.askers = [user["id"] for user in users]
        self.ids = {
            "events": [self.event], "tickets": [ticket["id"] for ticket in tickets], "scanners": [scanner],
            "users": [self.post("/api/v1/users", extra, self.admin)["user"]["id"]],
            "organizations": [made["organization"]],
        }

    def run(self, *args: str) -> dict:
        out = subprocess.run([self.program, "--data", str(self.data), "--json", *args], capture_output=True, text=True)
        if out.returncode:
            raise SystemExit(f"sync-server {args}: {out.stdout}{out.stderr}")
        return json.loads(out.stdout.splitlines()[-1])

    def post(self, path: str, body: dict, token: str | None = None) -> dict:
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"content-type": "application/json"})
        if token:
            request.add_header("authorization", f"Bearer {token}")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request) as answer:
            return json.loads(answer.read() or b"null")

    def get(self, path: str, token: str) -> dict:
        request = urllib.request.Request(self.url + path, headers={"authorization": f"Bearer {token}"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request) as answer:
            return json.loads(answer.read())

    def sign_in(self, email: str, password: str) -> str:
        return self.post("/api/v1/auth/login", {"email": email, "password": password})["token"]

    def knows(self, token: str) -> bool:
        """Whether the session is still good."""
        try:
            self.get("/api/v1/auth/me", token)
        except urllib.error.HTTPError as error:
            if error.code != 401:
                raise
            return False
        return True

    def complains(self) -> bool:
        """Errors in the server's own log are failures, too, however they were answered."""
        bad = [line for line in self.log.read_text().splitlines() if "ERROR" in line or "panicked" in line]
        for line in bad[:20]:
            print("server log:", line)
        return bool(bad)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            print("openapi: the server did not end in order")


def drive(server: Server, who: str, args) -> bool:
    """One run of schemathesis; whether it found something."""
    report = server.data.parent / f"{who}.ndjson"
    phases = "examples,coverage,fuzzing,stateful" if who == "admin" else "examples,coverage,fuzzing"
    command = [
        str(pathlib.Path(sys.executable).with_name("schemathesis")), "run", server.url + "/openapi.json",
        "--checks", ",".join(CHECKS), "--phases", phases, "--seed", str(args.seed), "--max-examples", str(args.examples),
        "--max-time", str(args.seconds), "--no-shrink", "--rate-limit", RATE, "--exclude-path", ENDLESS,
        "--request-timeout", "20", "--continue-on-failure", "--warnings", "off", "--suppress-health-check", "all",
        "--report", "ndjson", "--report-ndjson-path", str(report), "--output-truncate", "true",
    ]
    token = {"admin": server.admin, "promoter": server.promoter}.get(who)
    if token:
        command += ["--header", f"Authorization: Bearer {token}"]
        for path in ENDS_SESSION:
            command += ["--exclude-path", path]
    env = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "NO_COLOR": "1", "NO_PROXY": "127.0.0.1"}
    env["TURNSTONE_OPENAPI_IDS"] = json.dumps(server.ids)
    env["TURNSTONE_OPENAPI_ASKERS"] = json.dumps(server.askers)
    print(f"== openapi: as {who}", flush=True)
    out = subprocess.run(command, env=env, cwd=server.data.parent, capture_output=True, text=True)
    statuses = count(report)
    print("answers:", ", ".join(f"{status}: {n}" for status, n in sorted(statuses.items())) or "none")
    hidden = statuses.get("429", 0)
    ended = token is not None and not server.knows(token)
    if ended:
        print("the session ended on the way, so little was tried")
    if out.returncode or hidden or ended or not statuses:
        print(out.stdout[-int(os.environ.get("TURNSTONE_OPENAPI_SHOW", "12000")):], out.stderr[-2_000:])
        if hidden:
            print(f"{hidden} answers were hidden by a rate limit")
        return True
    return False


def count(report: pathlib.Path) -> collections.Counter:
    """How often each status was answered."""
    found = collections.Counter()
    if report.exists():
        for match in re.finditer(r'"status_code":\s*(\d+)', report.read_text()):
            found[match.group(1)] += 1
    return found


if __name__ == "__main__":
    sys.exit(main())

"""What a run of schemathesis does beside its own: addresses, ids that exist, CBOR.

Every request comes from another address, so that the limits on strangers and on signing in hide no answer: the server runs
with --behind-proxy, as behind a reverse proxy. Limits by person stay in force, and `drive.py` stays below them. No limit of
the product is changed for the test.
"""

import itertools
import json
import os

import cbor2
import schemathesis

_count = itertools.count(1)
# Ids that exist, by what a path calls them. Most requests use them: with made-up ones every answer would be 404.
IDS = json.loads(os.environ["TURNSTONE_OPENAPI_IDS"])
# The people who ask.
ASKERS = json.loads(os.environ["TURNSTONE_OPENAPI_ASKERS"])
KINDS = ("events", "tickets", "users", "scanners", "organizations")


@schemathesis.hook
def before_call(context, case, kwargs):
    n = next(_count)
    case.headers["X-Forwarded-For"] = f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
    # Ids that an answer told are tried, too; who asks must not change or delete itself.
    for name, value in (case.path_parameters or {}).items():
        if value in ASKERS:
            case.path_parameters[name] = IDS["users"][0]


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    if not path_parameters:
        return path_parameters
    n = next(_count)
    parts = context.operation.path.split("/")
    for kind in KINDS:
        if n % 5 and kind in parts and IDS.get(kind):
            name = parts[parts.index(kind) + 1].strip("{}") if parts.index(kind) + 1 < len(parts) else ""
            if name in path_parameters:
                path_parameters[name] = IDS[kind][n % len(IDS[kind])]
    return path_parameters


@schemathesis.serializer("application/cbor")
def cbor(context, value):
    """Bytes as they are; anything else as the CBOR that means the same."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode(errors="surrogatepass")
    try:
        return cbor2.dumps(value)
    except Exception:
        return repr(value).encode()

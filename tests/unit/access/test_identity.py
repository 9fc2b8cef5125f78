"""Who somebody is: what is believed, and of what no word is."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from classify.access import identity
from classify.errors import UsageError
from classify.policy import Policy
from tests.unit.access.office import GROUPS, policy


@pytest.fixture
def rules(tmp_path: Path) -> Policy:
    return policy(tmp_path)


def test_the_operating_system_is_asked_and_no_variable(
    tmp_path: Path, rules: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "sam")
    own = identity._own_name()
    if own != "sam":
        with pytest.raises(UsageError, match="is not in the groups file"):
            identity.from_os(rules)
    mine = {**GROUPS, "people": {**GROUPS["people"], own: {"region": "us"}}}
    found = identity.from_os(policy(tmp_path, groups=mine))
    assert (found.id, found.region, found.identity) == (own, "us", "os")


def test_a_jobs_environment_names_a_person(rules: Policy) -> None:
    assert identity.from_environment(rules, {"GITHUB_ACTOR": "bob"}).identity == "environment"
    assert identity.from_environment(rules, {"CLASSIFY_PRINCIPAL": "sam", "GITHUB_ACTOR": "bob"}).id == "sam"
    with pytest.raises(UsageError, match="the environment names nobody, set CLASSIFY_PRINCIPAL"):
        identity.from_environment(rules, {})


class Issuer:
    """An issuer of tokens, with a server for its keys."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        self.other = rsa.generate_private_key(65537, 2048)
        self.curve = ec.generate_private_key(ec.SECP256R1())
        keys = [
            {**json.loads(RSAAlgorithm.to_jwk(self.key.public_key())), "kid": "one", "use": "sig"},
            {**json.loads(ECAlgorithm.to_jwk(self.curve.public_key())), "kid": "two", "use": "sig"},
        ]
        found: dict[str, Any] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = json.dumps(found.get(self.path, {})).encode()
                self.send_response(200 if self.path in found else 404)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        found["/.well-known/openid-configuration"] = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        found["/other/.well-known/openid-configuration"] = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        found["/unsafe/.well-known/openid-configuration"] = {
            "issuer": f"{self.url}/unsafe", "jwks_uri": "http://example.org/keys",
        }  # fmt: skip
        found["/keys"] = {"keys": keys}
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self, key: Any = None, algorithm: str = "RS256", kid: str = "one", **changes: Any) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": "classify", "sub": "sam", "iat": now, "exp": now + 600, **changes}
        present = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(present, key if key is not None else self.key, algorithm, headers={"kid": kid})


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    found = Issuer()
    yield found
    found.server.shutdown()
    found.server.server_close()


def believed(rules: Policy, issuer: Issuer, token: str, **changes: Any) -> Any:
    facts = {"issuer": issuer.url, "audience": "classify", **changes}
    return identity.from_token(rules, token, **facts)


def test_a_token_is_believed(rules: Policy, issuer: Issuer) -> None:
    found = believed(rules, issuer, issuer.token())
    assert (found.id, found.identity, found.region) == ("sam", "oidc", "us")
    assert believed(rules, issuer, issuer.token(issuer.curve, "ES256", "two")).id == "sam"
    assert believed(rules, issuer, issuer.token(email="sue"), claim="email").id == "sue"


def test_a_token_is_not_believed(rules: Policy, issuer: Issuer) -> None:
    now = int(time.time())
    head, claims, signature = issuer.token().split(".")
    forged = json.loads(base64.urlsafe_b64decode(claims + "=="))
    forged["sub"] = "sue"
    changed = base64.urlsafe_b64encode(json.dumps(forged).encode()).rstrip(b"=").decode()
    none = jwt.encode({**forged, "iat": now, "exp": now + 60}, "", "none", headers={"kid": "one"})
    for token in (
        issuer.token(issuer.other),
        issuer.token(kid="three"),
        issuer.token(exp=now - 120),
        issuer.token(exp=None),
        issuer.token(iat=None),
        issuer.token(iat=now + 300),
        issuer.token(sub=None),
        issuer.token(aud="another"),
        issuer.token(iss="https://example.org"),
        f"{head}.{changed}.{signature}",
        none,
        "",
        "a.b.c",
    ):
        with pytest.raises(UsageError, match="the token is not believed"):
            believed(rules, issuer, token)
    with pytest.raises(UsageError, match="more than twelve hours ago"):
        believed(rules, issuer, issuer.token(iat=now - 13 * 3_600))
    with pytest.raises(UsageError, match="`mia` is not in the groups file"):
        believed(rules, issuer, issuer.token(sub="mia"))


def test_an_issuer_is_not_believed(rules: Policy, issuer: Issuer) -> None:
    for place, message in (
        ("http://example.org", "is no https URL"),
        ("http://localhost.example.org", "is no https URL"),
        ("file:///etc", "is no https URL"),
        (f"{issuer.url}/gone", "keys cannot be fetched"),
        (f"{issuer.url}/other", "is of another issuer"),
        (f"{issuer.url}/unsafe", "http://example.org/keys is no https URL"),
        ("http://127.0.0.1:9", "keys cannot be fetched"),
    ):
        with pytest.raises(UsageError, match=message):
            identity.from_token(rules, issuer.token(), issuer=place, audience="classify")

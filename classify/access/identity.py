"""Who somebody is: by the operating system, by the environment of a job, or by a token that is verified.

Each gives a person of the policy's groups file, with how well it is known that it is them. Against whom each protects
is said in docs/access.md.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from classify.errors import UsageError
from classify.policy import Policy, Principal

PERSON_VARIABLES = ("CLASSIFY_PRINCIPAL", "GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILDKITE_BUILD_CREATOR")
"""Where the person stands in the environment of a job, the first that is set."""

TOKEN_VARIABLE = "CLASSIFY_TOKEN"
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_LEEWAY_S = 30
_LONGEST_AGE_S = 12 * 3_600
_TIMEOUT_S = 10


def from_os(policy: Policy) -> Principal:
    """The user of the operating system.

    Raises:
        UsageError: nobody of that name is in the groups file.
    """
    return policy.person(_own_name(), "os")


def _own_name() -> str:
    """The name of who runs this process; not from variables, which anybody sets and `getpass.getuser` asks first."""
    try:
        import pwd
    except ImportError:  # Windows
        try:
            return os.getlogin()
        except OSError:
            raise UsageError("the operating system does not tell who you are") from None
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        raise UsageError("the operating system has no name for who you are") from None


def from_environment(policy: Policy, environment: Mapping[str, str] | None = None) -> Principal:
    """The person whom the environment of a job names.

    Raises:
        UsageError: it names nobody, or nobody who is in the groups file.
    """
    known = environment if environment is not None else os.environ
    name = next((known[one] for one in PERSON_VARIABLES if known.get(one)), None)
    if name is None:
        raise UsageError(f"the environment names nobody, set {PERSON_VARIABLES[0]}")
    return policy.person(name, "environment")


def from_token(policy: Policy, token: str, *, issuer: str, audience: str, claim: str = "sub") -> Principal:
    """The person of an OpenID Connect token.

    The token must be signed by a key of its issuer, for this audience, not expired, and issued within twelve hours.

    Args:
        issuer: a URL, as tokens have it; its keys are fetched from there.
        claim: that says the person's id.

    Raises:
        UsageError: it is not believed, the issuer's keys cannot be fetched, or nobody of that id is in the groups file.
    """
    try:
        import jwt
    except ImportError:
        raise UsageError("tokens need PyJWT, install `classify-sdk[oidc]`") from None
    try:
        key = jwt.PyJWKClient(_keys_of(issuer), timeout=_TIMEOUT_S).get_signing_key_from_jwt(token)
        claims = jwt.decode(
            token,
            key,
            algorithms=list(_ALGORITHMS),
            audience=audience,
            issuer=issuer,
            leeway=_LEEWAY_S,
            options={"require": ["exp", "iat", "iss", "aud", claim]},
        )
    except jwt.PyJWTError as error:
        raise UsageError(f"the token is not believed: {type(error).__name__}, get a new one") from None
    _require_young(claims)
    name = claims[claim]
    if not isinstance(name, str):
        raise UsageError(f"the token's `{claim}` is no text")
    return policy.person(name, "oidc")


def _require_young(claims: Mapping[str, Any]) -> None:
    import time

    if time.time() - float(claims["iat"]) > _LONGEST_AGE_S:
        raise UsageError("the token was issued more than twelve hours ago, get a new one")


def _keys_of(issuer: str) -> str:
    """Where an issuer's keys are (OpenID Connect Discovery, section 4)."""
    from urllib.error import URLError
    from urllib.request import urlopen

    place = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
    _require_safe(issuer)
    try:
        with urlopen(place, timeout=_TIMEOUT_S) as answer:
            found = json.load(answer)
        keys = found["jwks_uri"]
    except (URLError, OSError, ValueError, KeyError, TypeError):
        raise UsageError(f"the issuer's keys cannot be fetched: {place}") from None
    if found.get("issuer") != issuer or not isinstance(keys, str):
        raise UsageError(f"{place} is of another issuer")
    _require_safe(keys)
    return keys


def _require_safe(url: str) -> None:
    """Nothing, if nobody on the way can change what is fetched from there: keys decide who is believed."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    is_own = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not is_own:
        raise UsageError(f"{url} is no https URL")

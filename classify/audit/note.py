"""Signed notes (C2SP signed-note): a text, and lines with signatures of it by keys that have names.

Signatures are Ed25519. `cryptography` is loaded when something is signed or verified.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from classify.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

_ED25519 = b"\1"
_PRIVATE = "PRIVATE+KEY+"
_SIGNATURE = "— "
_MOST_SIGNATURES = 100
_MOST_BYTES = 1_000_000
KEY_NAME = re.compile(r"[^\s+]+")
"""A name of a key, or of a log."""


class NoteError(UsageError):
    """A note that is not one, or that no known key signed."""


def encoded(data: bytes) -> str:
    """Bytes as base64, with its padding."""
    return base64.b64encode(data).decode()


def decoded(text: str, size: int | None = None) -> bytes:
    """The bytes of a base64 text, which must be the very text that they are written as.

    Other texts decode to the same bytes where decoders are lenient; a changed one would go unseen.

    Raises:
        NoteError: it is none, or of another size.
    """
    try:
        found = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise NoteError(f"is not base64: `{text[:60]}`") from None
    if encoded(found) != text or (size is not None and len(found) != size):
        raise NoteError(f"is not base64 as it is written: `{text[:60]}`")
    return found


def _key_id(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


def _require_name(name: str) -> None:
    if not KEY_NAME.fullmatch(name):
        raise UsageError(f"`{name}` is no name of a key: it has no spaces and no `+`, as example.org/audit")


def _crypto() -> Any:
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError:
        raise UsageError("signatures need cryptography, install `classify-sdk[access]`") from None
    return ed25519


@frozen
class Verifier:
    """A public key with its name.

    Attributes:
        public: the 32 bytes of the key.
    """

    name: str
    public: bytes = field(repr=False)

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """The key of a line `name+id+key`, as other tools for signed notes write it.

        Raises:
            UsageError: it is none.
        """
        try:
            name, number, key = text.strip().split("+", 2)
            raw = decoded(key)
            if raw[:1] != _ED25519 or len(raw) != 33 or _key_id(name, raw[1:]).hex() != number:
                raise NoteError("of another name, or kind")
        except (ValueError, NoteError):
            raise UsageError(
                "is no public key, expected a line `name+id+key` as `classify audit key` prints it"
            ) from None
        _require_name(name)
        return cls(name, raw[1:])

    @property
    def id(self) -> bytes:
        """The four bytes by which signature lines name it."""
        return _key_id(self.name, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encoded(_ED25519 + self.public)}"

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Whether a signature is of this key over those bytes."""
        from cryptography.exceptions import InvalidSignature

        try:
            _crypto().Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@frozen
class Signer:
    """A private key with its name. Make one with `Signer.generate`, and read one with `Signer.parse`."""

    name: str
    _seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> Signer:
        """A new key."""
        _require_name(name)
        return cls(name, _crypto().Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> Signer:
        """The key of a line `PRIVATE+KEY+name+id+key`.

        Raises:
            UsageError: it is none. The message never shows it.
        """
        found: Signer | None = None
        if text.strip().startswith(_PRIVATE):
            try:
                name, number, key = text.strip().removeprefix(_PRIVATE).split("+", 2)
                raw = decoded(key)
                if raw[:1] == _ED25519 and len(raw) == 33 and KEY_NAME.fullmatch(name):
                    signer = cls(name, raw[1:])
                    found = signer if signer.verifier.id.hex() == number else None
            except (ValueError, NoteError):
                pass
        if found is None:
            raise UsageError("is no private key, expected a line `PRIVATE+KEY+…` as `classify audit key` writes it")
        return found

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self._key().public_key().public_bytes_raw())

    def spelled(self) -> str:
        """The line that `parse` reads: a secret."""
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{encoded(_ED25519 + self._seed)}"

    def sign(self, message: bytes) -> bytes:
        """The signature of some bytes."""
        found: bytes = self._key().sign(message)
        return found

    def note(self, text: str) -> str:
        """A note of a text, which ends with its line."""
        signature = self.verifier.id + self.sign(text.encode())
        return f"{text}\n{_SIGNATURE}{self.name} {encoded(signature)}\n"

    def _key(self) -> Any:
        return _crypto().Ed25519PrivateKey.from_private_bytes(self._seed)


def opened(note: str, verifiers: Iterable[Verifier]) -> str:
    """The text of a note that one of some keys signed; signatures of others count for nothing.

    Raises:
        NoteError: it is no note, a known key's signature is wrong, or no known key signed it.
    """
    if len(note.encode(errors="surrogatepass")) > _MOST_BYTES or any(ord(one) < 32 and one != "\n" for one in note):
        raise NoteError("is no signed note: too large, or with control characters")
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not text or not lines.endswith("\n"):
        raise NoteError("is no signed note: expected a text, an empty line, and lines with signatures")
    text += "\n"
    known = {(one.name, one.id): one for one in verifiers}
    signed = False
    found = lines[:-1].split("\n")
    if len(found) > _MOST_SIGNATURES:
        raise NoteError(f"has more than {_MOST_SIGNATURES} signatures")
    for line in found:
        name, space, signature = line.removeprefix(_SIGNATURE).partition(" ")
        if not line.startswith(_SIGNATURE) or not space or not KEY_NAME.fullmatch(name):
            raise NoteError(f"has a line that is no signature: `{line[:60]}`")
        raw = decoded(signature)
        if len(raw) < 5:
            raise NoteError("has a signature that is too short")
        verifier = known.get((name, raw[:4]))
        if verifier is None:
            continue
        if not verifier.accepts(text.encode(), raw[4:]):
            raise NoteError(f"was changed, or the signature of {name} is another text's")
        signed = True
    if not signed:
        raise NoteError(f"is signed by none of: {', '.join(name for name, _ in known) or 'no keys'}")
    return text

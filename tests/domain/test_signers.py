"""The keys that a policy lists for its signed approvals."""

import base64
import hashlib

import pytest

from cmplt.domain.signers import Signer

BLOB = base64.b64encode(b"\0\0\0\x0bssh-ed25519" + bytes(36)).decode("ascii")
PRINT = "SHA256:" + base64.b64encode(hashlib.sha256(base64.b64decode(BLOB)).digest()).decode("ascii").rstrip("=")


@pytest.mark.parametrize(
    ("entry", "signer"),
    [
        (f"ssh-ed25519 {BLOB}", Signer(PRINT)),
        (f"ssh-ed25519 {BLOB} desk", Signer(PRINT)),
        (f" wf@example.com,王芳 ssh-ed25519 {BLOB}", Signer(PRINT, "wf@example.com,王芳")),
        (f"Li Ming sk-ssh-ed25519@openssh.com {BLOB}", Signer(PRINT, "Li Ming")),
        (PRINT, Signer(PRINT)),
        ("abcd " * 10, Signer("ABCD" * 10)),
        ("ssh-ed25519 AAAA!", None),
        ("SHA256:short", None),
        ("wf@example.com", None),
        ("", None),
    ],
)
def test_what_names_a_key(entry: str, signer: Signer | None) -> None:
    """A public key, with its owner or without, or a fingerprint of either kind; an address alone is no key."""
    assert Signer.read(entry) == signer


def test_whose_key_it_is() -> None:
    """A key that is somebody's alone counts for nobody else; the fingerprint must be the signature's."""
    names = ["王芳", "wf@example.com"]
    assert Signer(PRINT).signed(["x", PRINT], names)
    assert not Signer(PRINT).signed(["x"], names)
    assert Signer(PRINT, "李明, wf@example.com").signed([PRINT], names)
    assert not Signer(PRINT, "李明").signed([PRINT], names)

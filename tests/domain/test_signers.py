"""The keys that a policy lists for its signed approvals."""

import base64
import hashlib

import pytest

from cmplt.domain.draft import Identity
from cmplt.domain.signers import Signer, accepted

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


WANG, LI = Identity("王芳", "wf@example.com"), Identity("李明", "lm@example.com")
OTHER = PRINT[:-1] + ("A" if PRINT[-1] != "A" else "B")


def test_a_key_of_nobodys_counts_for_everybody() -> None:
    """The fingerprint must be the signature's; one that is listed without a name says nothing of whose it is."""
    assert accepted([Signer(PRINT)], ["x", PRINT], WANG, ["王芳"])
    assert not accepted([Signer(PRINT)], ["x"], WANG, ["王芳"])
    assert not accepted([], [PRINT], WANG, ["王芳"])


@pytest.mark.parametrize(
    ("owner", "author", "acting", "counts"),
    [
        ("李明", LI, ["李明"], True),
        ("lm@example.com", LI, ["lm@example.com"], True),
        ("李明, lm@example.com", LI, ["李明"], True),
        ("李明", WANG, ["王芳"], False),
        ("lm@example.com", LI, ["李明"], False),  # whoever holds that key can call himself so
        ("lm@example.com", Identity("王芳", "lm@example.com"), ["王芳"], False),
        ("lm@example.com", Identity("王芳", "lm@example.com"), ["lm@example.com"], False),  # nor is it 王芳's
        ("李明", Identity("李明", "wf@example.com"), ["李明"], True),
    ],
)
def test_a_key_of_somebodys(owner: str, author: Identity, acting: list[str], counts: bool) -> None:
    """It counts for what its owner does by the name that it is listed under, and not under another's name besides."""
    assert accepted([Signer(OTHER, "王芳"), Signer(PRINT, owner)], [PRINT], author, acting) is counts

"""The keys whose signatures a policy accepts, as its `audit.signers` lists them."""

import base64
import binascii
import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cmplt.domain.draft import Identity

_SSH = re.compile(r"(?:(?P<owner>\S.*?)\s+)?(?:ssh|ecdsa|sk)-\S+\s+(?P<key>AAAA\S+)")


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that the policy lists, by its fingerprint, and whose it is to be."""

    fingerprint: str
    owner: str | None = None

    @classmethod
    def read(cls, entry: str) -> "Signer | None":
        """An SSH public key, with its owner before it or not, or a fingerprint, SSH's or GPG's; None for neither."""
        ssh = _SSH.match(entry.strip())
        if ssh:
            try:
                digest = hashlib.sha256(base64.b64decode(ssh["key"], validate=True)).digest()
            except binascii.Error:
                return None
            return cls("SHA256:" + base64.b64encode(digest).decode("ascii").rstrip("="), ssh["owner"])
        plain = "".join(entry.split())
        if re.fullmatch(r"SHA256:[A-Za-z0-9+/]{43}", plain):
            return cls(plain)
        return cls(plain.upper()) if re.fullmatch("[0-9A-Fa-f]{40,64}", plain) else None

    def belongs_to(self, names: Collection[str]) -> bool:
        """Whether its owner goes by one of these names."""
        return self.owner is not None and any(each.strip() in names for each in self.owner.split(","))


def accepted(
    signers: Sequence[Signer], fingerprints: Collection[str], author: Identity, acting: Collection[str]
) -> bool:
    """Whether a signature with one of these fingerprints counts for an author who acts by some of his names.

    A key that is somebody's counts only for what its owner does by the very name that it is listed under, and not
    where the author goes by another name, too, whose own key it is not: a name or an address is quickly typed.
    """
    used = [each for each in signers if each.fingerprint in fingerprints]
    if any(each.owner is None for each in used):
        return True
    borrowed = any(
        any(each.belongs_to([name]) for each in signers) and not any(each.belongs_to([name]) for each in used)
        for name in (author.name, author.email)
    )
    return not borrowed and any(each.belongs_to(acting) for each in used)

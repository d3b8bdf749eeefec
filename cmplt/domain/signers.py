"""The keys whose signatures a policy accepts, as its `audit.signers` lists them."""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

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

    def signed(self, fingerprints: Sequence[str], names: Sequence[str]) -> bool:
        """Whether a signature with one of these fingerprints, by somebody of these names, is this key's."""
        owners = [each.strip() for each in self.owner.split(",")] if self.owner else names
        return self.fingerprint in fingerprints and bool({*owners} & {*names})

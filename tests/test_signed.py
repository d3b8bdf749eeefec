"""Approvals that must be signed: audit accepts a listed key of the very person who approved, and nothing else."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from cmplt.commands import entering, measure_steps
from tests.audited import RULES, Audited, Named, opened

PEOPLE = {"王芳": "wf@example.com", "周洁": "zj@example.com"}
needs_ssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="without ssh-keygen git cannot sign with SSH")
needs_gpg = pytest.mark.skipif(shutil.which("gpg") is None, reason="without gpg git cannot sign with OpenPGP")


@pytest.fixture(scope="session")
def keys(sealed: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A private SSH key for each of three people; the public one lies beside it."""
    folder = tmp_path_factory.mktemp("keys")
    for name in ("wang", "zhou", "stranger"):
        words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
        subprocess.run(words, check=True, capture_output=True)
    return {name: folder / name for name in ("wang", "zhou", "stranger")}


def public(key: Path) -> str:
    """A key as a policy lists it: its kind and its text."""
    return " ".join(key.with_suffix(".pub").read_text(encoding="ascii").split()[:2])


def fingerprint(key: Path) -> str:
    words = ["ssh-keygen", "-l", "-f", str(key.with_suffix(".pub"))]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()[1]


def office_with(root: Path, *signers: str, required: bool = True) -> Audited:
    """An office that asks for signed approvals; a proposal waits in it."""
    listed = "[" + ", ".join(f"'{each}'" for each in signers) + "]"
    policy = RULES.replace("general-manager: [王芳]", "general-manager: [王芳, 周洁]")
    policy += f"audit: {{signed_approvals: {str(required).lower()}, signers: {listed}}}\n"
    office = opened(root, policy=policy)
    office.later()
    office.ids["A"] = office.new(department="sales")
    office.do("respond", office.ids["A"], "--note", "n")
    office.do("propose", office.ids["A"], "--remedy", "goodwill", "--compensation", "5", "--note", "n")
    return office


def sign_with(office: Audited, key: Path | str) -> None:
    """Let git sign what is committed there."""
    for name, value in (("gpg.format", "ssh"), ("user.signingKey", str(key)), ("commit.gpgSign", "true")):
        office.git("config", name, value)


def approve(office: Audited, who: str, key: Path | None) -> str:
    """Approve with a signature by a key, or without, by a program that does not ask; the commit."""
    office.name, office.email = who, PEOPLE[who]
    if key:
        sign_with(office, f"{key}.pub")
    with mock.patch.object(entering, "signed"):
        commit = office.do("approve", office.ids["A"])
    office.git("config", "--unset", "commit.gpgSign", check=False)
    office.to("李明").do("resolve", office.ids["A"], "--outcome", "o")
    return commit


def unsigned(office: Audited, commit: str) -> Named:
    return Named(commit, office.name_of(office.at("A")), ("signature",))


@needs_ssh
@pytest.mark.parametrize("entry", ["{key}", "王芳 {key}", "王芳,wf@example.com {key}", "{fingerprint}"])
def test_signed_by_a_listed_key(tmp_path: Path, keys: dict[str, Path], entry: str) -> None:
    """A public key, with or without whose it is before it, or a fingerprint."""
    listed = entry.format(key=public(keys["wang"]), fingerprint=fingerprint(keys["wang"]))
    office = office_with(tmp_path / "office", f"周洁 {public(keys['zhou'])}", listed)
    approve(office, "王芳", keys["wang"])
    office.silent()
    office.silent("--require-signed")


@needs_ssh
@pytest.mark.parametrize(
    ("entries", "who", "key"),
    [
        (["王芳 {wang}"], "王芳", None),
        (["王芳 {wang}"], "王芳", "stranger"),
        (["王芳 {wang}", "周洁 {zhou}"], "王芳", "zhou"),
        (["wf@example.com {wang}", "zj@example.com {zhou}"], "周洁", "wang"),
        (["wf@example.com {wang}"], "王芳", "wang"),
        ([], "王芳", "wang"),
    ],
    ids=[
        "unsigned",
        "by a stranger",
        "by another's key",
        "by another's key, listed by address",
        "listed by address where the role has a name",
        "nobody listed",
    ],
)
def test_not_signed_by_whom_it_should_be(
    tmp_path: Path, keys: dict[str, Path], entries: list[str], who: str, key: str | None
) -> None:
    """Unsigned, signed by a key that nobody lists, or by somebody else's: that commit is named, and no other."""
    shown = {name: public(path) for name, path in keys.items()}
    office = office_with(tmp_path / "office", *(entry.format(**shown) for entry in entries))
    commit = approve(office, who, keys[key] if key else None)
    office.names(unsigned(office, commit))


@needs_ssh
def test_a_signature_of_something_else(tmp_path: Path, keys: dict[str, Path]) -> None:
    """A good signature carried over to another commit is none."""
    office = office_with(tmp_path / "office", f"王芳 {public(keys['wang'])}")
    approve(office, "王芳", keys["wang"])
    office.git("reset", "-q", "--hard", "HEAD~1")
    raw = office.git("cat-file", "commit", "HEAD").replace("approve ", "approve  ", 1)
    copy = office.root.parent / "commit"
    copy.write_text(raw, encoding="utf-8")
    forged = office.git("hash-object", "-t", "commit", "-w", str(copy)).strip()
    office.git("reset", "-q", "--hard", forged)
    (office.root / ".git" / "cmplt" / "seen").unlink(missing_ok=True)
    office.names(unsigned(office, forged))


@needs_ssh
def test_whose_settings_decide(tmp_path: Path, keys: dict[str, Path]) -> None:
    """A clone's own git settings cannot make a bad signature good: not its signers, not its program."""
    office = office_with(tmp_path / "office", f"王芳 {public(keys['wang'])}")
    commit = approve(office, "王芳", keys["stranger"])
    allowed = tmp_path / "allowed"
    allowed.write_text(f"* {public(keys['stranger'])}\n", encoding="ascii")
    liar = tmp_path / "liar"
    good = f'Good \\"git\\" signature for wf@example.com with ED25519 key {fingerprint(keys["wang"])}'
    ran = tmp_path / "ran"
    liar.write_text(f'#!/bin/sh\ntouch "{ran}"\necho "{good}"\nexit 0\n', encoding="utf-8")
    liar.chmod(0o755)
    office.git("config", "gpg.ssh.allowedSignersFile", str(allowed))
    office.names(unsigned(office, commit))
    for name in ("gpg.ssh.program", "gpg.program", "gpg.openpgp.program", "gpg.x509.program"):
        office.git("config", name, str(liar))
    office.names(unsigned(office, commit))
    assert not ran.exists()


@needs_ssh
def test_only_where_the_policy_or_the_option_asks(tmp_path: Path, keys: dict[str, Path]) -> None:
    """Left out it is not asked; --require-signed asks of every approval, whatever the policy says."""
    office = office_with(tmp_path / "office", f"王芳 {public(keys['wang'])}", required=False)
    commit = approve(office, "王芳", None)
    office.silent()
    office.names(unsigned(office, commit), "--require-signed")


def let_in(office: Audited, key: Path | None, *changes: tuple[str, str]) -> str:
    """Change the policy, signed by a key or not; the commit."""
    text = office.root.joinpath("cmplt.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    office.root.joinpath("cmplt.yaml").write_text(text, encoding="utf-8")
    settings = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={key}.pub") if key else ()
    office.later()
    office.git(*settings, "commit", "-qa", "-m", "policy", *(["--gpg-sign"] if key else []))
    return office.tip()


ROLE = ("general-manager: [王芳, 周洁]", "general-manager: [王芳, 周洁, 李明]")


@needs_ssh
@pytest.mark.parametrize(
    "change",
    [ROLE, ("signed_approvals: true", "signed_approvals: false"), ("signers: ['", "signers: ['SHA256:0', '")],
    ids=["role", "no-signing", "signer"],
)
def test_who_approves_is_signed_too(tmp_path: Path, keys: dict[str, Path], change: tuple[str, str]) -> None:
    """Else whoever may write could let himself in: by a role, by another key, or by asking for no signature."""
    office = office_with(tmp_path / "office", f"王芳 {public(keys['wang'])}")
    approve(office, "王芳", keys["wang"])
    before = office.tip()
    commit = let_in(office, None, change)
    office.names(Named(commit, "cmplt.yaml", ("signature", "policy-restored")))
    office.git("reset", "-q", "--hard", before)
    (office.root / ".git" / "cmplt" / "seen").unlink(missing_ok=True)
    office.to("王芳")
    let_in(office, keys["wang"], change)
    assert [each for each in office.found() if each.level == "error"] == []


@needs_ssh
def test_what_decides_nothing_of_approvals_needs_no_signature(tmp_path: Path, keys: dict[str, Path]) -> None:
    """A holiday, an hour, a label; and the commit that asks for signatures first."""
    office = office_with(tmp_path / "office", f"王芳 {public(keys['wang'])}", required=False)
    let_in(office, None, ("signed_approvals: false", "signed_approvals: true"))
    let_in(office, None, ("{label: Parts}", "{label: Spares}"))
    office.silent()


@needs_ssh
def test_a_merge_lets_nobody_in(tmp_path: Path, keys: dict[str, Path]) -> None:
    """It may bring what one side signed, and nothing of its own."""
    office = office_with(tmp_path / "office", f"王芳 {public(keys['wang'])}")
    base = office.tip()
    signed = let_in(office.to("王芳"), keys["wang"], ROLE)
    office.git("switch", "-qc", "side", base)
    let_in(office.to("李明"), None, ("{label: Parts}", "{label: Spares}"))
    office.git("merge", "-q", "--no-edit", signed)
    office.silent()
    path = office.root / "cmplt.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("王芳, 周洁, 李明", "李明"), encoding="utf-8")
    office.git("commit", "-qa", "--amend", "--no-edit")
    (office.root / ".git" / "cmplt" / "seen").unlink(missing_ok=True)
    office.names(Named(office.tip(), "cmplt.yaml", ("signature",)))


@needs_ssh
def test_measures_are_approved_with_a_signature_too(tmp_path: Path, keys: dict[str, Path]) -> None:
    """Their approvals and refusals are held to the same."""
    office = office_with(tmp_path / "office", f"王芳 {public(keys['wang'])}")
    plan = ("--kind", "preventive", "--title", "复核", "--department", "sales", "--due", "2026-05-20 18:00")
    office.ids["M"] = office.ok("measure", "new", *plan).out.strip()
    office.name, office.email = "王芳", PEOPLE["王芳"]
    office.refused(3, "measure", "approve", office.ids["M"], says=["must be signed"])
    with mock.patch.object(measure_steps, "signed"):
        commit = office.do("measure", "approve", office.ids["M"])
    office.names(Named(commit, office.name_of(office.at("M")), ("signature",)))


@needs_ssh
def test_what_audit_would_not_accept_is_not_committed(tmp_path: Path, keys: dict[str, Path]) -> None:
    """Where git does not sign, or with another's key, however it is named, the approval is refused at once."""
    office = office_with(tmp_path / "office", f"王芳 {public(keys['wang'])}", f"周洁 {public(keys['zhou'])}")
    office.name, office.email = "王芳", PEOPLE["王芳"]
    office.refused(3, "approve", office.ids["A"], says=["must be signed", "git config commit.gpgSign true"])
    for wrong in (f"{keys['zhou']}.pub", keys["zhou"], keys["stranger"], f"key::{public(keys['stranger'])}"):
        sign_with(office, wrong)
        office.refused(3, "approve", office.ids["A"], says=["audit.signers", "王芳"])
        office.refused(3, "decline", office.ids["A"], says=["audit.signers"])
    sign_with(office, keys["wang"])
    office.do("approve", office.ids["A"])
    office.silent()


@pytest.fixture
def gpg_home() -> Iterator[Path]:
    """A key ring of the test's own, at a path short enough for gpg's socket."""
    home = Path(tempfile.mkdtemp(prefix="g"))
    before = os.environ.get("GNUPGHOME")
    os.environ["GNUPGHOME"] = str(home)
    yield home
    subprocess.run(["gpgconf", "--kill", "all"], check=False, capture_output=True)
    del os.environ["GNUPGHOME"]
    if before is not None:
        os.environ["GNUPGHOME"] = before
    shutil.rmtree(home, ignore_errors=True)


@needs_gpg
@pytest.mark.parametrize("listed", [True, False])
def test_signed_with_openpgp(tmp_path: Path, gpg_home: Path, listed: bool) -> None:
    """A fingerprint of 40 hexadecimal digits stands for a key that this machine's key ring has."""
    make = [
        "gpg",
        "--batch",
        "--quiet",
        "--passphrase",
        "",
        "--quick-generate-key",
        "wf@example.com",
        "ed25519",
        "sign",
    ]
    subprocess.run([*make, "never"], check=True, capture_output=True)
    shown = subprocess.run(["gpg", "--list-keys", "--with-colons"], check=True, capture_output=True, text=True).stdout
    key = next(line.split(":")[9] for line in shown.splitlines() if line.startswith("fpr"))
    office = office_with(tmp_path / "office", key if listed else "0" * 40)
    for name, value in (("user.signingKey", key), ("commit.gpgSign", "true")):
        office.git("config", name, value)
    commit = approve(office, "王芳", None)
    if listed:
        office.silent()
    else:
        office.names(unsigned(office, commit))

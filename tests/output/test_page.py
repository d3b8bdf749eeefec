"""The page of one complaint: nothing said in it can pass for something the program says."""

from datetime import datetime

import pytest

from cmplt.domain.cases import Case
from cmplt.domain.complaint import Complaint
from cmplt.domain.obligations import obligations
from cmplt.domain.policy import Policy
from cmplt.domain.process import fold
from cmplt.output import page
from cmplt.storage import yamlfile
from tests.office import POLICY

NOW = datetime.fromisoformat("2026-03-16T12:00:00+08:00")
FACTS = """\
id: 20260316-7k3f
received: 2026-03-16T10:00:00+08:00
channel: phone
customer: {{name: 客户甲, contact: '13800000000', address: 成都市武侯区一号院}}
category: attitude
severity: general
subject: {subject}
description: {description}
events:
  - {{at: 2026-03-16T10:00:07+08:00, by: 王芳, action: register, note: {note}}}
"""


def shown(*, reveal: bool = False, subject: str = "s", description: str = "d", note: str = "n") -> str:
    """The page of a complaint with these words, each a YAML scalar."""
    policy = Policy(yamlfile.load(POLICY))
    complaint = Complaint.read(yamlfile.load(FACTS.format(subject=subject, description=description, note=note)))
    history = fold(complaint, as_of=NOW)
    case = Case(history, obligations(history, policy))
    return page.complaint(case, policy, now=NOW, reveal=reveal, language="en", calendar=None)


def test_a_page_has_labels_and_the_offices_time() -> None:
    """With seconds only where there are any."""
    text = shown()
    assert text.splitlines()[0] == "20260316-7k3f  s"
    assert "2026-03-16 10:00, phone" in text
    assert "2026-03-16 10:00:07  register  王芳" in text


def test_all_of_the_customer_but_the_name_is_masked() -> None:
    """The address as well as the contact."""
    for hidden in ("13800000000", "武侯"):
        assert hidden not in shown()
        assert hidden in shown(reveal=True)
    assert "客户甲" in shown()


@pytest.mark.parametrize("escape", [r"\e[2J", r"\r", r"\x9b31m", r"\u202e", r"\0"])
@pytest.mark.parametrize("field", ["subject", "description", "note"])
def test_escapes_are_made_visible(field: str, escape: str) -> None:
    """In whatever the customer said."""
    text = shown(**{field: f'"a{escape}b"'})  # type: ignore[arg-type]  # one field by its name
    assert not [
        each for each in text if (ord(each) < 32 and each != "\n") or 0x7F <= ord(each) < 0xA0 or each == "\u202e"
    ]


@pytest.mark.parametrize("field", ["description", "note"])
@pytest.mark.parametrize("words", [r'"x\nstatus    closed"', r'"x\\x0astatus    closed"', r'"x\u2028status    closed"'])
def test_no_text_forges_a_line(field: str, words: str) -> None:
    """Lines of a text are indented below it; what only looks like a line end is none."""
    text = shown(**{field: words})  # type: ignore[arg-type]  # one field by its name
    assert not [line for line in text.split("\n") if line.startswith("status")]

"""Which files of a repository are the office's: its records, what is attached to them, its policy; and their places."""

from collections.abc import Iterator
from pathlib import Path

from cmplt.domain.complaint import Complaint
from cmplt.errors import Problem
from cmplt.history.commits import FILES, GONE
from cmplt.history.growth import Document
from cmplt.i18n import N_
from cmplt.storage import attachments, book, policyfile, validate
from cmplt.storage.measures import MEASURES, Measures

ORDINARY = (*FILES, GONE)
RECORDS = (book.COMPLAINTS, MEASURES)
AREAS = (*RECORDS, attachments.FOLDER, policyfile.NAME)

_ID = N_("the id is {id}; it belongs into {folder}")


def is_ours(path: str) -> bool:
    """Whether a file is the policy, or lies where records and attachments do."""
    return path.split("/", 1)[0] in AREAS


def is_record(path: str) -> bool:
    """Whether a path is that of a complaint's or a measure's file."""
    return path.split("/", 1)[0] in RECORDS and path.endswith((".yaml", ".yml"))


def is_attached(path: str) -> bool:
    """Whether a file lies among the attachments."""
    return path.startswith(f"{attachments.FOLDER}/")


def places(owner_id: str) -> tuple[str, str]:
    """Where a complaint's file of an id belongs, and where a measure's."""
    complaint, measure = book.Book(Path()).path_of(owner_id), Measures(Path()).path_of(owner_id)
    return complaint.as_posix(), measure.as_posix()


def misplaced(path: str, new: Document) -> Iterator[Problem]:
    """What is wrong with a new file's place and shape."""
    complaint = isinstance(new.owner, Complaint)
    expected = places(new.owner.id)[0 if complaint else 1]
    if path != expected:
        fields = {"id": new.owner.id, "folder": expected.rpartition("/")[0]}
        yield book.at(path, new.text, ("id",), _ID, "id", fields)
        return
    findings = (validate.complaint_findings if complaint else validate.measure_findings)(new.data)
    for where, sentence, fields, rule in findings:
        yield book.at(path, new.text, where, sentence, rule, fields)

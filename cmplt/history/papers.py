"""Attachments in a history: whether each is there as its event says, and none was changed afterwards."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from cmplt.domain import ids
from cmplt.domain.policy import Policy
from cmplt.errors import Problem
from cmplt.history import growth
from cmplt.history.commits import Commit, Touched
from cmplt.history.growth import Document
from cmplt.i18n import N_
from cmplt.repository.ledger import Ledger
from cmplt.storage import attachments, book, yamlfile
from cmplt.storage.book import COMPLAINTS
from cmplt.storage.enclosed import owner_of
from cmplt.storage.measures import MEASURES

_RULE = "attachment"
_EDITED = N_("it was changed after it was attached; bring it back: git checkout {commit}^ -- {path}")
_MISSING = N_("{path} was not committed with the event that names it")
_OTHER = N_("{path} is not what the event says: another size, or another content")
_ELSEWHERE = N_("{path} does not lie in the folder of {id}")
_LARGE = N_("{path} has {size} bytes; the policy allows {largest}")


@dataclass
class Papers:
    """The attachments of a history."""

    ledger: Ledger
    _first: dict[str, str] = field(default_factory=dict)  # the content that was changed, by path

    def edited(self, commit: Commit, touched: Touched) -> Iterator[Problem]:
        """What is wrong with an attachment that a commit has otherwise than its parent; to put it back is no wrong."""
        if not self.named(commit.parents[0], touched.path):
            return
        first = self._first.setdefault(touched.path, touched.before)
        if touched.now != first:
            yield Problem(touched.path, _EDITED, _RULE, fields={"commit": commit.name[:10], "path": touched.path})

    def named(self, commit: str, path: str) -> bool:
        """Whether an event of a complaint or measure names a file, as a commit has them."""
        owner_id = owner_of(path)
        if not ids.is_id(owner_id) or not commit:
            return False
        year, month = owner_id[:4], owner_id[4:6]
        for name in (f"{COMPLAINTS}/{year}/{month}/{owner_id}.yaml", f"{MEASURES}/{year}/{owner_id}.yaml"):
            found = self.ledger.named(f"{commit}:{name}")
            if found and found[1] <= yamlfile.LARGEST:
                text = self.ledger.blob(found[0]).decode("utf-8", "replace")
                document = growth.read(name, text)
                if isinstance(document, Document):
                    return any(each.get("path") == path for each in attachments.of(document.owner.events))
        return False

    def missing(self, commit: Commit, document: Document, number: int, policy: Policy) -> Iterator[Problem]:
        """What is wrong with the files that a document's events from a number on attach."""
        for index, event in enumerate(document.owner.events[number:], number):
            for place, file in enumerate(event.get("files") or ()):
                sentence = self._judged(commit, document, file, policy)
                if sentence:
                    fields = {**file, "id": document.owner.id, "largest": attachments.largest(policy)}
                    where = ("events", index, "files", place, "path")
                    yield book.at(document.path, document.text, where, sentence, _RULE, fields)

    def _judged(self, commit: Commit, document: Document, file: dict[str, object], policy: Policy) -> str:
        path = PurePosixPath(str(file.get("path")))
        if path.parent != PurePosixPath(attachments.FOLDER, document.owner.id) or "\n" in path.name:
            return _ELSEWHERE
        found = self.ledger.named(f"{commit.name}:{path}")
        if found is None:
            return _MISSING
        if found[1] > attachments.largest(policy):
            return _LARGE
        same = found[1] == file.get("size") and self.ledger.digest(found[0]) == file.get("sha256")
        return "" if same else _OTHER

"""Attachments in a history: whether each is there as its event says, and none was changed afterwards."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cmplt.domain import ids
from cmplt.domain.policy import Policy
from cmplt.errors import Problem
from cmplt.history import growth
from cmplt.history.areas import is_attached, places
from cmplt.history.commits import FILES, GONE, Commit, Touched
from cmplt.history.growth import Document
from cmplt.i18n import N_
from cmplt.repository.ledger import Ledger
from cmplt.storage import attachments, book, yamlfile
from cmplt.storage.enclosed import owner_of

_RULE = "attachment"
_EDITED = N_("it was changed after it was attached; bring it back: git checkout {commit}^ -- {path}")
_MISSING = N_("{path} was not committed with the event that names it")
_OTHER = N_("{path} is not what the event says: another size, or another content")
_ELSEWHERE = N_("{path} is not how 'attach' writes the name of a file in the folder of {id}")
_MERGED = N_("the merge has not the {path} that an event names: another size, another content, or none")
_LARGE = N_("{path} has {size} bytes; the policy allows {largest}")


@dataclass
class Papers:
    """The attachments of a history."""

    ledger: Ledger
    _files: dict[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)  # that a record's content names

    def edited(self, commit: Commit, touched: Touched) -> Iterator[Problem]:
        """What is wrong with an attachment that a commit adds or changes, where an event had named it before."""
        said = self.said(commit.parents[0] if commit.parents else "", touched.path)
        if said and not self._is(touched.now, said):
            fields = {"commit": commit.name[:10], "path": touched.path}
            yield Problem(touched.path, _EDITED if touched.before else _OTHER, _RULE, fields=fields)

    def merged(self, commit: Commit, touched: Sequence[Sequence[Touched]]) -> Iterator[Problem]:
        """What is wrong with the attachments that a merge has otherwise than one of its parents.

        What a parent has so, with the event that names it, was judged there.
        """
        groups = [{each.path: each for each in group if is_attached(each.path)} for group in touched]
        for path, each in sorted({path: each for group in groups for path, each in group.items()}.items()):
            said = self.said(commit.name, path) if each.mode in (*FILES, GONE) else None
            sides = [group[path].before if path in group else each.now for group in groups]
            pairs = zip(commit.parents, sides, strict=True)
            known = said and any(side == each.now and self.said(parent, path) for parent, side in pairs)
            if said and not known and not self._is(each.now, said):
                yield Problem(path, _MERGED, _RULE, fields={"path": path})

    def said(self, commit: str, path: str) -> Mapping[str, Any] | None:
        """What an event of a complaint or measure says of a file, as a commit has them; None where none names it."""
        owner_id = owner_of(path)
        if not ids.is_id(owner_id) or not commit:
            return None
        for name in places(owner_id):
            found = self.ledger.named(f"{commit}:{name}")
            for each in self._named(name, found[0]) if found and found[1] <= yamlfile.LARGEST else ():
                if each.get("path") == path:
                    return each
        return None

    def _named(self, name: str, blob: str) -> Sequence[Mapping[str, Any]]:
        """The files that a record's events name."""
        if blob not in self._files:
            document = growth.read(name, self.ledger.blob(blob).decode("utf-8", "replace"))
            self._files[blob] = attachments.of(document.owner.events) if isinstance(document, Document) else ()
        return self._files[blob]

    def _is(self, blob: str, said: Mapping[str, Any]) -> bool:
        """Whether a content is what an event says."""
        found = self.ledger.named(blob) if blob else None
        same = found is not None and found[1] == said.get("size")
        return same and self.ledger.digest(blob) == said.get("sha256")

    def missing(self, commit: Commit, document: Document, number: int, policy: Policy) -> Iterator[Problem]:
        """What is wrong with the files that a document's events from a number on attach."""
        for index, event in enumerate(document.owner.events[number:], number):
            for place, file in enumerate(event.get("files") or ()):
                sentence = self._judged(commit, document, file, policy)
                if sentence:
                    fields = {**file, "id": document.owner.id, "largest": attachments.largest(policy)}
                    where = ("events", index, "files", place, "path")
                    yield book.at(document.path, document.text, where, sentence, _RULE, fields)

    def _judged(self, commit: Commit, document: Document, file: Mapping[str, Any], policy: Policy) -> str:
        path = str(file.get("path"))
        folder, _, name = path.rpartition("/")
        if folder != f"{attachments.FOLDER}/{document.owner.id}" or not attachments.is_seen(name):
            return _ELSEWHERE
        found = self.ledger.named(f"{commit.name}:{path}")
        if found is None:
            return _MISSING
        if found[1] > attachments.largest(policy):
            return _LARGE
        return "" if self._is(found[0], file) else _OTHER

"""Records' texts out of a history, each read once, and what they were before somebody tampered with them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cmplt.errors import Problem
from cmplt.history import growth
from cmplt.history.commits import Touched
from cmplt.history.growth import Document
from cmplt.i18n import N_
from cmplt.repository.ledger import Ledger
from cmplt.storage import yamlfile
from cmplt.storage.tree import from_yaml

KEPT = 4096  # documents: more than any office has open at once


@dataclass
class Texts:
    """The files of a history by their paths and the names that git has for their contents.

    Of a file that was tampered with the honest state is remembered: what is written behind the tampered one is
    judged as it stands, and whoever puts the old lines back does no wrong.
    """

    ledger: Ledger
    _honest: dict[tuple[str, str], str] = field(default_factory=dict)  # by path and content
    _gone: dict[str, str] = field(default_factory=dict)  # the content of deleted files, by path
    _nothing: set[tuple[str, str]] = field(default_factory=set)  # by path and content: what never was a record yet
    _read: dict[tuple[str, str], Document] = field(default_factory=dict)
    _stream: Iterator[tuple[str, bytes | int]] = field(default_factory=lambda: iter(()))
    _coming: set[str] = field(default_factory=set)
    _passed: dict[str, bytes | int] = field(default_factory=dict)
    _latest: dict[str, Document] = field(default_factory=dict)

    def read(self, path: str, blob: str, before: Document | None = None) -> Document | Problem:
        """What a content says; of one that goes on from another, only what is new in it is read."""
        known = self._read.get((path, blob))
        if known is None:
            text = self.text(path, blob)
            if isinstance(text, Problem):
                return text
            found = (growth.continued(before, text) if before else None) or growth.read(path, text)
            if isinstance(found, Problem):
                return found
            known = found
            if len(self._read) >= KEPT:
                del self._read[next(iter(self._read))]  # the one that was read first
            self._read[path, blob] = known
            self._latest[path] = known
        return known

    def otherwise(self) -> Iterator[Document]:
        """The last documents that, read as a whole, do not say what their parts did."""
        for path, latest in self._latest.items():
            whole = growth.read(path, latest.text) if latest.in_parts else latest
            if isinstance(whole, Problem) or whole.data != latest.data:
                yield latest

    def text(self, path: str, blob: str) -> str | Problem:
        """A file's text, or what keeps it from being one; what is too large is not read."""
        content = self._fetched(blob)
        if isinstance(content, int):
            sentence = N_("the file has {size} bytes; more than {largest} are not read")
            return Problem(path, sentence, "file", fields={"size": content, "largest": yamlfile.LARGEST})
        try:
            return yamlfile.decode(content)
        except yamlfile.YamlProblem as problem:
            return from_yaml(path, problem)

    def expect(self, blobs: Iterable[str]) -> None:
        """Say which contents will be asked for, and in which order: they come as one stream then."""
        names = list(dict.fromkeys(blobs))
        self._coming = set(names)
        self._stream = self.ledger.contents(names, yamlfile.LARGEST)

    def _fetched(self, blob: str) -> bytes | int:
        """A content from the stream, or asked for alone where it is not in it, or was had before."""
        if blob in self._passed:
            return self._passed.pop(blob)
        if blob not in self._coming:
            return self.ledger.content(blob, yamlfile.LARGEST)
        for name, content in self._stream:
            self._coming.discard(name)
            if name == blob:
                return content
            self._passed[name] = content
        raise AssertionError("the stream ends before what it was asked for")

    def keep(self, path: str, blob: str) -> None:
        """Remember a file that is gone now, or something else."""
        if blob:
            self._gone[path] = blob

    def keep_as(self, touched: Touched) -> None:
        """Remember that a content is not what it should be, and what it was before."""
        honest = self.before_it_was_changed(touched)
        if honest is None and touched.before:
            found = self.read(touched.path, touched.before)
            honest = found if isinstance(found, Document) else None
        if honest is not None:
            self._honest[touched.path, touched.now] = honest.text
        elif self.is_new(touched):
            self._nothing.add((touched.path, touched.now))

    def is_new(self, touched: Touched) -> bool:
        """Whether a file was not there before, or never was what a record is."""
        return not touched.before or (touched.path, touched.before) in self._nothing

    def stands_for(self, path: str, blob: str, honest: str) -> None:
        """Remember what a content should be."""
        if blob:
            self._honest[path, blob] = honest

    def carry_on(self, touched: Touched, old: Document, new: Document) -> None:
        """Remember what was honestly written behind a content that is not what it should be."""
        honest = self._honest.get((touched.path, touched.before))
        if honest is not None and new.text.startswith(old.text):
            self._honest[touched.path, touched.now] = honest + new.text[len(old.text) :]

    def before_it_was_changed(self, touched: Touched) -> Document | None:
        """The honest state of what a commit changes or brings back, where that is not what it found."""
        content = touched.before or self._gone.get(touched.path, "")
        honest = self._honest.get((touched.path, content))
        if honest is None and touched.before:
            return None
        found = growth.read(touched.path, honest) if honest else self.read(touched.path, content) if content else None
        return found if isinstance(found, Document) else None

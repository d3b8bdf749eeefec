"""What a long history costs audit: steps are counted, not seconds, and twice as much of it is some twice the work."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta

import pytest

from cmplt.history.commits import Past
from cmplt.history.leaves import Leaf, Path
from cmplt.history.merges import Merges
from cmplt.history.returns import Versions
from cmplt.history.texts import Texts
from cmplt.repository.ledger import Ledger
from tests.audited import Audited
from tests.steps import steps

WHERE = "attachments/z"


@pytest.fixture
def office(audited: Audited) -> Audited:
    """An office with a history."""
    return audited


def brought(office: Audited, commits: Iterator[tuple[str, list[str], str, str]]) -> None:
    """Bring in commits, each of a branch, with its parents, and a file and what it holds."""
    given = []
    for mark, (branch, parents, path, text) in enumerate(commits, 1):
        office.now += timedelta(seconds=1)
        lines = [f"commit refs/heads/{branch}", f"mark :{mark}"]
        lines += [f"committer 李明 <lm@example.com> {int(office.now.timestamp())} +0800", "data 1", "c"]
        lines += [f"{word} {each}" for word, each in zip(("from", "merge"), parents, strict=False)]
        given.append("\n".join([*lines, f"M 100644 inline {path}", f"data {len(text.encode())}", text, ""]))
    words = ["git", "fast-import", "--quiet", "--force"]
    subprocess.run(words, cwd=office.root, input="".join(given).encode(), check=True)
    office.git("reset", "-q", "--hard")
    office.later()


def crossed(base: str, levels: int) -> Iterator[tuple[str, list[str], str, str]]:
    """Two desks that change one file and merge each other, again and again."""
    main = side = base
    for level in range(levels):
        mark = 4 * level + 1
        ours, theirs = f":{mark}", f":{mark + 1}"
        yield "main", [main], WHERE, f"a{level}"
        yield "side", [side], WHERE, f"b{level}"
        yield "main", [ours, theirs], WHERE, f"a{level}"
        yield "side", [theirs, ours], WHERE, f"a{level}"
        main, side = f":{mark + 2}", f":{mark + 3}"


def test_what_merges_cost_that_cross(office: Audited) -> None:
    """Each level is worked out once; and where only the last merge is asked for, however deep, not by recursion."""
    start = office.tip()

    def cost(levels: int, *, last: int) -> int:
        office.git("reset", "-q", "--hard", start)
        brought(office, crossed(start, levels))
        past = Past(Ledger(office.root), (office.tip(),))
        merged = [each for each in past.commits.values() if len(each.parents) > 1][-last:]
        walk = list(past.touched({each.name for each in merged}))
        merges = Merges(past, Texts(past.ledger))
        said = [0]

        def work() -> None:
            said[0] = sum(len(list(merges.offences(*each))) for each in walk)

        found = steps(work)
        assert said == [len(walk)]  # nobody's rule merges them
        return found

    assert cost(60, last=1000) < 3 * cost(30, last=1000)
    assert cost(1200, last=1) < 3 * cost(600, last=1)


def test_what_policies_cost(office: Audited) -> None:
    """What was changed back is asked for along the history, and not of each version against all others."""

    def cost(times: int) -> int:
        values: list[dict[Path, Leaf]] = [
            {("late_entry",): Leaf(["1h", "2h"][place % 5 == 1], ""), ("office",): Leaf(str(place), "")}
            for place in range(times)
        ]
        before = [(1 << place) - 1 for place in range(times)]
        behind = [(1 << times) - (2 << place) for place in range(times)]
        versions = Versions([str(place) for place in range(times)], values, before, behind)
        found = []

        def work() -> None:
            found.extend(versions.returns())

        taken = steps(work)
        assert [place for place, each in found if each.changed == "6"] == [6]
        return taken

    assert cost(400) < 3 * cost(200)


@pytest.mark.parametrize("pushed", ["a README", "an event"])
def test_a_push_of_no_policy_asks_nothing_of_policies(office: Audited, pushed: str) -> None:
    """However many there have been before the one that holds."""
    office.silent()  # with what has to be loaded once
    start, policy = office.tip(), (office.root / "cmplt.yaml").read_text(encoding="utf-8")

    def cost(times: int) -> int:
        office.git("reset", "-q", "--hard", start)
        texts = (policy.replace("office: Test office", f"office: Test office {number}") for number in range(times))
        parents = ([f":{number}"] if number else [start] for number in range(times))
        brought(office, (("main", each, "cmplt.yaml", text) for each, text in zip(parents, texts, strict=False)))
        since = office.tip()
        if pushed == "an event":
            office.do("respond", office.ids["B"], "--note", "n")
        else:
            (office.root / "README").write_text(f"{times}\n", encoding="utf-8")
            office.commit("notes")
        (office.root / ".git" / "cmplt" / "seen").unlink(missing_ok=True)
        return steps(lambda: office.silent("--since", since))

    assert cost(60) < 1.2 * cost(20)

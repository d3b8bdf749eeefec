"""Makes the sample offices: what is left behind when the scenarios have been played.

python -m tests.scenarios [PROFILE…]
"""

import shutil
import sys
import tempfile
from pathlib import Path

from tests.scenarios import script

OFFICES = Path(__file__).parent.parent.parent / "sample-repo" / "offices"
KEPT = ("complaints", "measures", "attachments")


def contents(play: script.Play) -> dict[str, bytes]:
    """The files of a sample office, by their names: what the scenario leaves, and who works there."""
    root = play.office.root
    paths = [root / "cmplt.yaml", *(path for name in KEPT for path in (root / name).rglob("*") if path.is_file())]
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(paths)}
    people = "".join(f"{name}: {email}\n" for name, email in play.told["people"].items())
    head = "# Who works in this sample office (all invented), and the e-mail addresses they commit with.\n"
    return {**found, "people.yaml": (head + people).encode()}


def main(names: list[str]) -> None:
    for name in names or [each for each in script.names() if each != "auto-dealer"]:
        with tempfile.TemporaryDirectory() as folder:
            play = script.Play.begin(script.scenario(name), Path(folder) / "office")
            play.all()
            shutil.rmtree(OFFICES / name, ignore_errors=True)
            for each, content in contents(play).items():
                path = OFFICES / name / each
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1:])

"""A folder of files that is put in place whole."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def replace(target: Path, files: Mapping[str, bytes], private: Path) -> None:
    """Make `target` hold exactly these files: written beside it in `private`, then moved into place."""
    fresh, old = private / f"{target.name}.{os.getpid()}", private / f"{target.name}.{os.getpid()}.old"
    try:
        for name, content in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            shutil.move(target, old)
        shutil.move(fresh, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)

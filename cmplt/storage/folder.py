"""A folder of files that is put in place whole, or into a folder that holds other things."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path


def put(target: Path, files: Mapping[str, bytes], private: Path) -> None:
    """Put files into `target`: written in `private` first, then moved. What else stands there stays."""
    fresh = private / f"{target.name}.{os.getpid()}"
    try:
        for name, content in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(fresh, target)
            return
        for name in files:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(fresh / name, target / name)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)

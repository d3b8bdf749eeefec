"""What git is told whatever a clone's own configuration says: so its answers are the same in every clone.

What the office sets up for its writing stays its own: hooks, signing, filters, line ends.
"""

import os
from collections.abc import Mapping

# Settings that change what git prints or finds, or name a program that even a look at the work tree would start.
SETTLED: Mapping[str, str] = {
    "advice.graftFileDeprecated": "false",  # said of the empty file below, in place of what git has to say
    "color.ui": "false",
    "color.diff": "false",
    "color.status": "false",
    "core.fsmonitor": "false",  # may be the path of a program
    "core.fsync": "added",  # objects, branches and index outlast a loss of power; git before 2.36 does not know it
    "core.ignoreStat": "false",
    "diff.ignoreSubmodules": "none",
    "diff.mnemonicPrefix": "false",
    "diff.noprefix": "false",
    "diff.orderFile": os.devnull,
    "diff.relative": "false",
    "diff.renames": "false",
    "format.pretty": "medium",
    "i18n.commitEncoding": "UTF-8",
    "i18n.logOutputEncoding": "UTF-8",
    "log.abbrevCommit": "false",
    "log.date": "default",
    "log.decorate": "false",
    "log.follow": "false",
    "log.mailmap": "false",  # a .mailmap would put other authors in the audit trail
    "log.showRoot": "true",
    "log.showSignature": "false",  # starts gpg.program
    "status.branch": "false",
    "status.relativePaths": "false",
    "status.renames": "false",
    "status.short": "false",
    "status.showStash": "false",
    "status.submoduleSummary": "false",
    "trailer.separators": ":",
}
_ENVIRONMENT = {
    "GIT_NO_REPLACE_OBJECTS": "1",  # refs/replace and grafts show other commits in place of those that were made
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",  # who only looks takes no index.lock from somebody who writes
    "GIT_NO_LAZY_FETCH": "1",  # a partial clone names a place to fetch from, and how; git before 2.44 does not know it
}


def environment() -> dict[str, str]:
    """The environment in which git is asked: settings given there stand before those of any file."""
    given = os.environ.get("GIT_CONFIG_COUNT", "")
    first = int(given) if given.isdigit() else 0
    found = {**_ENVIRONMENT, "GIT_CONFIG_COUNT": str(first + len(SETTLED))}
    for number, (name, value) in enumerate(SETTLED.items(), first):
        found |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return found

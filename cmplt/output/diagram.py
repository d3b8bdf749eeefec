"""The process table as a state diagram in Mermaid's language: `python -m cmplt.output.diagram`."""

from cmplt.domain.process import STATUSES, TABLE


def process_diagram() -> str:
    """The diagram of design §3's table: an arrow for each action, or result, that leads to another status."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for action in TABLE:
        ends = {f"{action.name} {result}": end for result, end in action.by_result.items()} or {
            action.name: action.leads_to
        }
        for told, end in ends.items():
            for start in action.allowed or ("[*]",):
                if end and (end != start or not action.by_result):
                    arrows.setdefault((start, end), []).append(told)
    lines = [f"    {_state(start)} --> {_state(end)}: {', '.join(told)}" for (start, end), told in arrows.items()]
    named = [f'    state "{status}" as {_state(status)}' for status in STATUSES if _state(status) != status]
    return "\n".join(["stateDiagram-v2", *named, *lines])


def _state(name: str) -> str:
    return name.replace("-", "_")


if __name__ == "__main__":
    print(process_diagram())  # noqa: T201 (this is what it is for)

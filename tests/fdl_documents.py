"""FDL documents for tests: the files of the repository, and small ones made of parts."""

from pathlib import Path

from vss.continuum.fdl.loading import LoadedWorkflow, check
from vss.continuum.fdl.reader import read

WORKFLOWS = Path(__file__).parents[1] / "workflows"
FILES = sorted([*WORKFLOWS.glob("*.yaml"), *(WORKFLOWS / "examples").glob("*.yaml")])
MARK = "# <<"


def in_aws(*lines: str) -> str:
    """A document of one function in AWS; ``lines`` are of its lambda section."""
    return "\n".join(
        [
            "functions:",
            "  aws:",
            "  - lambda:",
            "      name: f",
            *(f"      {line}" for line in lines),
        ]
    )


def beside_lambda(*lines: str) -> str:
    """A document of one function in AWS; ``lines`` stand beside its lambda section."""
    return in_aws(*(f"\b{line}" for line in lines)).replace("      \b", "    ")


def on_cluster(*lines: str, cluster: str = "edge") -> str:
    """A document of one OSCAR service; ``lines`` are of the service."""
    head = ["functions:", "  oscar:", f"  - {cluster}:"]
    required = ["      name: svc", "      image: a/b", "      script: s.sh"]
    return "\n".join([*head, *required, *(f"      {line}" for line in lines)])


def with_function(*lines: str) -> str:
    """A document of one function in AWS; ``lines`` stand at the top level."""
    return "\n".join([in_aws(), *lines])


def services(*flows: tuple[str, str, list[str], list[str]]) -> str:
    """A document of services, each given by cluster, name, inputs and outputs.

    An entry is ``provider path``; the cluster ``aws`` makes a function in AWS.
    """
    halves: dict[str, list[str]] = {"aws": [], "oscar": []}
    for cluster, name, inputs, outputs in flows:
        half = "aws" if cluster == "aws" else "oscar"
        key = "lambda" if half == "aws" else cluster
        required = "" if half == "aws" else ", image: a/b, script: s.sh"
        entries = f"input: [{_entries(inputs)}], output: [{_entries(outputs)}]"
        halves[half].append(f"  - {key}: {{name: {name}{required}, {entries}}}")
    lines = [line for half, items in halves.items() if items for line in (f"  {half}:", *items)]
    return "\n".join(["functions:", *lines])


def _entries(entries: list[str]) -> str:
    pairs = [entry.split(" ") for entry in entries]
    return ", ".join(f"{{storage_provider: {kind}, path: {path}}}" for kind, path in pairs)


def loaded(text: str) -> LoadedWorkflow:
    """Check a document."""
    return check(read(text.encode(), "w.yaml"), Path("w.yaml"))


def marked_line(text: str) -> int:
    """The number of the line that ends in the mark."""
    (number,) = [n for n, line in enumerate(text.splitlines(), 1) if line.endswith(MARK)]
    return number

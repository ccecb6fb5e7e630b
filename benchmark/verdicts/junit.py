"""A ledger as JUnit XML: one test case a claim and scenario, which fails where its verdict is not the recorded one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from benchmark.verdicts.ledger import Ledger
from benchmark.verdicts.record import Change


def write_junit(ledgers: Sequence[Ledger], found: Sequence[Change], file: Path) -> None:
    """Write the report that most CI systems read.

    A verdict against the paper is no failure: a *changed* one is. What cannot be tested is a skipped case. Changes that
    belong to no line (a mean, a claim that is gone) are cases of their own.
    """
    root = ElementTree.Element("testsuites")
    for ledger in ledgers:
        changed = {change.name: change for change in found if (change.paper, change.what) == (ledger.paper, "verdict")}
        others = [change for change in found if change.paper == ledger.paper and change.what != "verdict"]
        others += [changed[name] for name in sorted(set(changed) - {line.key for line in ledger.lines})]
        skipped = sum(line.verdict == "NOT_TESTABLE" and line.key not in changed for line in ledger.lines)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=ledger.paper,
            tests=str(len(ledger.lines) + len(others)),
            failures=str(len(changed) + sum(change.what != "verdict" for change in others)),
            errors="0",
            skipped=str(skipped),
        )
        for line in ledger.lines:
            case = ElementTree.SubElement(suite, "testcase", classname=ledger.paper, name=line.key)
            if line.key in changed:
                _fail(case, changed[line.key], line.reason)
            elif line.verdict == "NOT_TESTABLE":
                ElementTree.SubElement(case, "skipped", message=line.reason)
            ElementTree.SubElement(case, "system-out").text = f"{line.verdict}: {line.reason}"
        for change in others:
            case = ElementTree.SubElement(
                suite, "testcase", classname=f"{ledger.paper}.{change.what}", name=change.name
            )
            _fail(case, change, "")
    ElementTree.indent(root)
    file.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _fail(case: ElementTree.Element, change: Change, reason: str) -> None:
    said = ElementTree.SubElement(case, "failure", message=f"{change.recorded or 'none'} → {change.found or 'none'}")
    said.text = reason

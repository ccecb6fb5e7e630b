"""Claims as JUnit XML: one test case a claim, which fails if its verdict or its deciding reading has changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from benchmark.verdicts.comparison import Change, Comparison
from benchmark.verdicts.report import ClaimReport


def write_junit(reports: Sequence[ClaimReport], comparison: Comparison, file: Path) -> None:
    """Write the report that most CI systems read.

    A verdict against the paper is no failure: a *changed* one is. A claim that cannot be tested is a skipped case. An
    unsettled verdict is named in the output of its case. Changes that belong to no claim (data, a mean, a group of
    numbers, a claim that is gone) are cases of their own.
    """
    root = ElementTree.Element("testsuites")
    for report in reports:
        own = [change for change in comparison.changes if change.paper == report.paper]
        changed = {change.name: change for change in own if change.what in ("verdict", "reading")}
        keys = {result.claim for result in report.results}
        others = [change for change in own if change.what not in ("verdict", "reading") or change.name not in keys]
        unsettled = {change.name: change for change in comparison.unsettled if change.paper == report.paper}
        skipped = sum(result.verdict == "NOT_TESTABLE" and result.claim not in changed for result in report.results)
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=report.paper,
            tests=str(len(report.results) + len(others)),
            failures=str(len(own)),
            errors="0",
            skipped=str(skipped),
        )
        for result in report.results:
            case = ElementTree.SubElement(suite, "testcase", classname=report.paper, name=result.claim)
            if result.claim in changed:
                _fail(case, changed[result.claim], result.reason)
            elif result.verdict == "NOT_TESTABLE":
                ElementTree.SubElement(case, "skipped", message=result.reason)
            lines = [f"{result.verdict}: {result.reason}"]
            lines += [f"unsettled: recorded {unsettled[result.claim].recorded}"] if result.claim in unsettled else []
            ElementTree.SubElement(case, "system-out").text = "\n".join(lines)
        for change in others:
            case = ElementTree.SubElement(
                suite, "testcase", classname=f"{report.paper}.{change.what}", name=change.name
            )
            _fail(case, change, change.note)
    ElementTree.indent(root)
    file.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _fail(case: ElementTree.Element, change: Change, reason: str) -> None:
    message = f"{change.recorded or 'none'} → {change.found or 'none'}"
    ElementTree.SubElement(case, "failure", message=message).text = reason

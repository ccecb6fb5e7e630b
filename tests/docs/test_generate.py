"""Generated pages hold what is registered, and the settings of the site change a page as they say."""

import importlib.util
import sys

import pytest
import typer

from benchmark.interfaces.registry import DATASETS, METHODS, PAPERS, PROTOCOLS
from benchmark.metrics.catalogue import BUDGETED, CATALOGUE
from tests.docs.blocks import ROOT


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_commands_names_every_command_and_option(generate):
    page = generate.commands()
    for path, command in generate.every_command():
        part = page.partition(f"\n## {' '.join(path)}\n")[2].partition("\n## ")[0]
        assert part, path
        for parameter in command.get_params(typer.Context(command)):
            if parameter.param_type_name == "option" and not parameter.hidden and parameter.name != "help":
                assert f"`{parameter.opts[0]}" in part or f", {parameter.opts[0]}" in part, (path, parameter.opts)


@pytest.mark.parametrize("registry", [DATASETS, METHODS, PROTOCOLS, PAPERS], ids=lambda one: one.kind)
def test_the_page_of_a_registry_names_every_class(generate, registry):
    page = generate.PAGES[f"{registry.kind}s"]()
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == sorted(registry.names())
    assert all(f"`{entry.target}`" in page for entry in registry.entries.values())


def test_the_page_of_metrics_names_every_metric(generate):
    page = generate.metrics()
    assert all(f"\n## {generate.text_of(one.name)}\n" in page for one in (*CATALOGUE, *BUDGETED))


def test_a_second_write_leaves_the_files_alone(generate, tmp_path, monkeypatch):
    monkeypatch.setattr(generate, "PAGES", {"one": lambda: "# One\n"})
    (path,) = generate.write(tmp_path / "reference")
    before = path.stat().st_mtime_ns
    generate.write(tmp_path / "reference")
    assert path.stat().st_mtime_ns == before


def test_no_character_of_a_text_is_markup(generate):
    assert generate.text_of("a|b <c>\n [d]") == r"a\|b \<c\> \[d\]"


@pytest.fixture(scope="module")
def conf():
    before, path = dict(sys.modules), list(sys.path)
    spec = importlib.util.spec_from_file_location("docs_conf", ROOT / "docs" / "conf.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path[:] = path
    for name in set(sys.modules) - set(before):
        if name == "generate":
            del sys.modules[name]


def test_pages_are_linked_outside_of_blocks_of_code(conf):
    text = "`docs/own-data.md` tells.\n\n```\nsee `docs/own-data.md`\n```\n"
    assert conf.linked(text) == "[own-data](own-data.md) tells.\n\n```\nsee `docs/own-data.md`\n```\n"


def test_a_mark_is_shown_below_its_block(conf):
    text = "<!-- not run: it takes real data -->\n```\nrun\n```\nend\n"
    assert "```\nrun\n```\n\n*No test runs this block: it takes real data.*\n" in conf.marked(text)
    assert conf.marked("```\nrun\n```\n") == "```\nrun\n```\n"


def test_every_page_is_in_the_contents():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8").splitlines()
    assert [page.stem for page in (ROOT / "docs").glob("*.md") if page.stem not in ("index", *index)] == []

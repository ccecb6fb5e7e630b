"""Downloads, and the comparison of files with what was published."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from benchmark.data.sources import fetch, present, unverified, verify
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.metadata import RemoteFile
from benchmark.interfaces.registry import DATASETS
from tests.fixtures.file_server import Server, dataset

CONTENT = bytes(range(256)) * 4000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def made() -> Dataset:
    return dataset(RemoteFile(path="made/a.bin", url="https://example.org/a.bin", sha256=SHA256))


def test_a_mirror_replaces_the_publisher(server: Server, made: Dataset, tmp_path: Path) -> None:
    server.files["/deep/made/a.bin"] = CONTENT
    assert fetch(made, tmp_path, f"{server.url}/deep/") == [tmp_path / "made/a.bin"]
    assert (tmp_path / "made/a.bin").read_bytes() == CONTENT
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["a.bin"]
    assert verify(made, tmp_path)[0].status == "ok"


def test_without_a_mirror_the_publishers_address_is_used(server: Server, tmp_path: Path) -> None:
    server.files["/published"] = CONTENT
    fetch(dataset(RemoteFile(path="made/a.bin", url=f"{server.url}/published", sha256=SHA256)), tmp_path)
    assert (tmp_path / "made/a.bin").read_bytes() == CONTENT


def test_a_wrong_checksum_leaves_nothing(server: Server, made: Dataset, tmp_path: Path) -> None:
    server.files["/made/a.bin"] = b"something else"
    with pytest.raises(DataError, match=rf"a\.bin: the file from {server.url}/made/a\.bin has another checksum"):
        fetch(made, tmp_path, server.url)
    assert list((tmp_path / "made").iterdir()) == []


def test_a_partial_download_resumes(server: Server, made: Dataset, tmp_path: Path) -> None:
    server.files["/made/a.bin"] = CONTENT
    (tmp_path / "made").mkdir()
    (tmp_path / "made/a.bin.part").write_bytes(CONTENT[:1000])
    fetch(made, tmp_path, server.url)
    assert server.asked == [("/made/a.bin", "bytes=1000-")]
    assert (tmp_path / "made/a.bin").read_bytes() == CONTENT
    assert not (tmp_path / "made/a.bin.part").exists()


def test_a_complete_partial_download_is_used(server: Server, made: Dataset, tmp_path: Path) -> None:
    server.files["/made/a.bin"] = CONTENT
    (tmp_path / "made").mkdir()
    (tmp_path / "made/a.bin.part").write_bytes(CONTENT)
    fetch(made, tmp_path, server.url)
    assert (tmp_path / "made/a.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("stale", [b"of an older version", CONTENT + b"too long"])
def test_a_partial_download_of_something_else_is_started_anew(
    server: Server, made: Dataset, tmp_path: Path, stale: bytes
) -> None:
    server.files["/made/a.bin"] = CONTENT
    (tmp_path / "made").mkdir()
    (tmp_path / "made/a.bin.part").write_bytes(stale)
    fetch(made, tmp_path, server.url)
    assert (tmp_path / "made/a.bin").read_bytes() == CONTENT


def test_a_broken_connection_resumes_at_the_last_byte(server: Server, made: Dataset, tmp_path: Path) -> None:
    server.files["/made/a.bin"] = CONTENT
    server.break_after = [300_000]
    fetch(made, tmp_path, server.url)
    (_, first), (_, second) = server.asked
    assert first == ""
    assert 0 < int(second.removeprefix("bytes=").removesuffix("-")) <= 300_000
    assert (tmp_path / "made/a.bin").read_bytes() == CONTENT


def test_a_server_that_keeps_breaking_leaves_the_part_to_resume(server: Server, made: Dataset, tmp_path: Path) -> None:
    server.files["/made/a.bin"] = CONTENT
    server.break_after = [1000] * 10
    with pytest.raises(DataError, match="the same command resumes"):
        fetch(made, tmp_path, server.url)
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["a.bin.part"]


def test_without_a_checksum_nothing_is_resumed(server: Server, tmp_path: Path) -> None:
    server.files["/made/a.bin"] = CONTENT
    (tmp_path / "made").mkdir()
    (tmp_path / "made/a.bin.part").write_bytes(b"of unknown origin")
    made = dataset(RemoteFile(path="made/a.bin", url="https://example.org/a.bin"))
    fetch(made, tmp_path, server.url)
    assert (tmp_path / "made/a.bin").read_bytes() == CONTENT
    assert verify(made, tmp_path)[0].status == "no checksum"


def test_present_files_are_not_fetched_again(server: Server, made: Dataset, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made/a.bin.gz").write_bytes(gzip.compress(CONTENT))
    assert fetch(made, tmp_path, server.url) == []
    assert server.asked == []


def test_a_changed_file_is_replaced(server: Server, made: Dataset, tmp_path: Path) -> None:
    server.files["/made/a.bin"] = CONTENT
    (tmp_path / "made").mkdir()
    (tmp_path / "made/a.bin").write_bytes(b"changed")
    assert fetch(made, tmp_path, server.url) == [tmp_path / "made/a.bin"]
    assert (tmp_path / "made/a.bin").read_bytes() == CONTENT


def test_a_failed_replacement_keeps_the_old_file(server: Server, made: Dataset, tmp_path: Path) -> None:
    server.files["/made/a.bin"] = b"wrong"
    (tmp_path / "made").mkdir()
    (tmp_path / "made/a.bin").write_bytes(b"old")
    with pytest.raises(DataError):
        fetch(made, tmp_path, server.url)
    assert (tmp_path / "made/a.bin").read_bytes() == b"old"


def test_a_mirror_may_hold_the_file_gzipped(server: Server, made: Dataset, tmp_path: Path) -> None:
    server.files["/made/a.bin.gz"] = gzip.compress(CONTENT)
    fetch(made, tmp_path, server.url)
    assert {path.name: path.read_bytes() for path in (tmp_path / "made").iterdir()} == {"a.bin": CONTENT}


def test_a_file_that_the_server_lacks(server: Server, made: Dataset, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"/made/a\.bin does not exist on the server"):
        fetch(made, tmp_path, server.url)
    assert len(server.asked) == 2  # plain and gzipped, no retry


def test_one_failed_file_does_not_stop_the_others(server: Server, tmp_path: Path) -> None:
    server.files["/made/there"] = CONTENT
    made = dataset(*(RemoteFile(path=f"made/{name}", url="x", sha256=SHA256) for name in ("gone", "lost", "there")))
    with pytest.raises(DataError, match="made/gone does not exist on the server; 1 more files also failed"):
        fetch(made, tmp_path, server.url)
    assert (tmp_path / "made/there").read_bytes() == CONTENT


def test_a_broken_network_ends_the_fetch_at_the_first_file(server: Server, tmp_path: Path) -> None:
    two = dataset(*(RemoteFile(path=f"made/{name}", sha256=SHA256) for name in ("a", "b")))
    server.break_after = [0] * 10
    server.files |= {"/made/a": CONTENT, "/made/b": CONTENT}
    with pytest.raises(DataError, match=r"the same command resumes where it stopped$"):
        fetch(two, tmp_path, server.url)
    assert {path for path, _ in server.asked} == {"/made/a"}


def test_a_busy_server_is_asked_again_and_a_refusal_is_not(server: Server, made: Dataset, tmp_path: Path) -> None:
    server.files["/made/a.bin"] = CONTENT
    server.status = [403]
    with pytest.raises(DataError, match="answers 403"):
        fetch(made, tmp_path, server.url)
    server.status = [503, 429]
    fetch(made, tmp_path, server.url)
    assert len(server.asked) == 4


def test_a_login_is_explained_after_the_open_files_are_fetched(server: Server, tmp_path: Path) -> None:
    server.files["/open"] = CONTENT
    files = (RemoteFile(path="made/closed.csv"), RemoteFile(path="made/open.csv", url=f"{server.url}/open"))
    made = dataset(*files, login="sign in and download closed.csv")
    with pytest.raises(DataError, match=r"sign in and download closed\.csv") as caught:
        fetch(made, tmp_path)
    assert str(tmp_path / "made/closed.csv") in str(caught.value)
    assert (tmp_path / "made/open.csv").read_bytes() == CONTENT
    server.files["/made/closed.csv"] = b"x"
    assert fetch(made, tmp_path, server.url) == [tmp_path / "made/closed.csv"]


def test_a_folder_that_cannot_be_made_is_one_clear_error(server: Server, made: Dataset, tmp_path: Path) -> None:
    server.files["/made/a.bin"] = CONTENT
    (tmp_path / "made").write_text("a file, not a folder")
    with pytest.raises(DataError, match="cannot be written"):
        fetch(made, tmp_path, server.url)


def test_verify_distinguishes_the_four_states(tmp_path: Path) -> None:
    made = dataset(
        *(RemoteFile(path=f"made/{name}", sha256=SHA256) for name in ("ok", "zipped", "other", "damaged", "gone")),
        RemoteFile(path="made/unknown"),
    )
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "ok").write_bytes(CONTENT)
    (folder / "zipped.gz").write_bytes(gzip.compress(CONTENT, compresslevel=1))
    (folder / "other").write_bytes(CONTENT + b"x")
    (folder / "damaged.gz").write_bytes(gzip.compress(CONTENT)[:-20])
    (folder / "unknown").write_bytes(CONTENT)
    found = {check.path.removeprefix("made/"): check.status for check in verify(made, tmp_path)}
    assert found == {
        "ok": "ok",
        "zipped": "ok",
        "other": "changed",
        "damaged": "changed",
        "gone": "missing",
        "unknown": "no checksum",
    }
    assert present(made.metadata, tmp_path) == 5


@pytest.mark.parametrize("name", ["cloud-workload", "google-2011", "google-2019", "nab-aws", "nezha", "smap", "msl"])
def test_the_real_files_are_the_published_ones(real_data: Path, name: str) -> None:
    checks = verify(DATASETS.build(name), real_data)
    assert checks
    assert {check.status for check in checks} == {"ok"}


PAGE = b"<!DOCTYPE html><html><body>sign in</body></html>\n"


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", ""])
@pytest.mark.parametrize("checksum", [SHA256, None])
def test_a_web_page_in_place_of_a_file_is_not_kept(
    server: Server, tmp_path: Path, kind: str, checksum: str | None
) -> None:
    server.files["/made/a.txt"], server.kind = PAGE, kind
    with pytest.raises(DataError, match=r"a\.txt: .*/made/a\.txt answers with a web page and not with the file"):
        fetch(dataset(RemoteFile(path="made/a.txt", sha256=checksum)), tmp_path, server.url)
    assert list((tmp_path / "made").glob("*")) == []


@pytest.mark.parametrize("kept", [PAGE, b"1\n2\n"])
def test_a_kept_page_or_a_cut_file_is_replaced_though_its_checksum_is_unknown(
    server: Server, tmp_path: Path, kept: bytes
) -> None:
    made = dataset(RemoteFile(path="made/a.txt", lines=3))
    (tmp_path / "made").mkdir()
    (tmp_path / "made/a.txt").write_bytes(kept)
    assert verify(made, tmp_path)[0].status == "changed"
    server.files["/made/a.txt"] = b"1\n2\n3\n"
    assert fetch(made, tmp_path, server.url) == [tmp_path / "made/a.txt"]
    assert verify(made, tmp_path)[0].status == "no checksum"


def test_a_mirror_may_have_unpacked_a_file_and_left_its_name(server: Server, made: Dataset, tmp_path: Path) -> None:
    server.files["/made/a.bin.gz"] = CONTENT
    fetch(made, tmp_path, server.url)
    assert (tmp_path / "made/a.bin").read_bytes() == CONTENT


def test_a_copy_is_the_published_file_gzipped_or_not_whatever_its_name(made: Dataset, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    for name, content in (("a.bin.gz", CONTENT), ("a.bin", gzip.compress(CONTENT, compresslevel=1))):
        (tmp_path / "made" / name).write_bytes(content)
        assert verify(made, tmp_path)[0].status == "ok"


def test_files_that_may_not_be_the_published_ones_are_said(tmp_path: Path) -> None:
    names = [f"made/{number}" for number in range(9)]
    made = dataset(*(RemoteFile(path=name, sha256=SHA256 if number < 2 else None) for number, name in enumerate(names)))
    made.files = lambda root: [root / name for name in names[1:]]  # type: ignore[method-assign]
    (tmp_path / "made").mkdir()
    for name in names:
        (tmp_path / name).write_bytes(b"other")
    changed, unknown = unverified(made, tmp_path)
    assert changed.startswith("made: 1 of 8 files differ from the published ones")
    assert changed.endswith(": made/1")
    assert unknown.startswith("made: 7 of 8 files have no known checksum")
    assert unknown.endswith("made/2, made/3, made/4, made/5, made/6, …")
    (tmp_path / names[1]).write_bytes(CONTENT)
    made.files = lambda root: [root / names[1]]  # type: ignore[method-assign]
    assert unverified(made, tmp_path) == []

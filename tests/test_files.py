"""What the one reader of files reads, and what it does not: devices, pipes, links that lead away, too much, names that are none."""

import os
import time

import pytest

from alb_lint.files import NotRead, Reader, around, content, instead, is_file, is_folder, json_of, repository, start


def refused(*args, **options):
    with pytest.raises(NotRead) as told:
        content(*args, **options)
    return told.value


@pytest.mark.parametrize("size", [0, 1, 1000, 3_000_000])
def test_a_file_is_read_whole(tmp_path, size):
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    (tmp_path / "a").write_bytes(data)
    assert content(tmp_path / "a") == data
    assert Reader([str(tmp_path)]).content(tmp_path / "a") == data


def test_what_tells_no_size_is_read_up_to_the_cap(tmp_path):
    assert content("/proc/self/status").startswith(b"Name:")
    assert refused("/proc/self/status", 10).reason == "the file is larger than 0 KB"
    (tmp_path / "a").write_bytes(b"x" * 11)
    assert "larger" in refused(tmp_path / "a", 10).reason


def node(path, kind):
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(kind)


@pytest.mark.parametrize("kind", ["fifo", "folder", "/dev/zero", "/dev/ptmx", "/dev/full"])
def test_only_regular_files_are_read_and_none_is_waited_for(tmp_path, kind):
    node(tmp_path / "x", kind)
    begun = time.monotonic()
    assert refused(tmp_path / "x").reason in ("it is not a regular file", "it is a folder")
    with pytest.raises(NotRead):
        Reader([str(tmp_path)]).content(tmp_path / "x")
    assert start(tmp_path / "x", 10) == b""
    assert not is_file(tmp_path / "x")
    assert time.monotonic() - begun < 2


def test_nothing_is_the_null_device(tmp_path):
    assert content(os.devnull) == b""


def test_a_pipe_that_the_user_names_is_read(tmp_path):
    reading, writing = os.pipe()
    os.write(writing, b"told")
    os.close(writing)
    assert content(f"/dev/fd/{reading}", pipes=True) == b"told"
    os.close(reading)


@pytest.mark.parametrize("name", ["a" * 5000, "a/" * 3000, "\0", "\ud800", "", "a/../../b\0"])
def test_names_of_any_kind(name, tmp_path):
    path = f"{tmp_path}/{name}"
    if name:
        refused(path)
        with pytest.raises(NotRead):
            Reader([str(tmp_path)]).content(path)
    assert not is_file(path)
    assert is_folder(path) is (name == "")
    assert Reader([str(tmp_path)]).holds(path) in (True, False)


def test_a_reader_stays_below_its_roots(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "in-side"
    for folder in (inside, outside):
        (folder / "sub").mkdir(parents=True)
        (folder / "f").write_text("x")
    (inside / "link").symlink_to("../in-side/f")
    (inside / "own").symlink_to("sub/../f")
    (inside / "away").symlink_to("../in-side")
    (inside / "circle").symlink_to("circle")
    (tmp_path / "entrance").symlink_to("in")
    rows = {
        "in/f": True, "in/sub": True, "in/none": True, "in": True, "in/sub/..": True, "in/own": True, "entrance/f": True,
        "in-side/f": False, "in/../in-side/f": False, "in/link": False, "in/away": False, "in/away/f": False, "in/sub/../../x": False,
        ".": False, "in/..": False,
    }  # fmt: skip
    reader = Reader([str(inside)])
    assert {name: reader.holds(f"{tmp_path}/{name}") for name in rows} == rows
    with pytest.raises(NotRead) as told:
        reader.content(inside / "link")
    assert told.value.outside
    with pytest.raises(NotRead):
        reader.content(inside / "circle")
    assert [reader.is_file(inside / name) for name in ("f", "own", "link", "sub")] == [True, True, False, False]
    assert not Reader(()).holds(inside)


def test_all_of_a_reader_is_capped(tmp_path):
    (tmp_path / "a").write_bytes(b"x" * 60)
    reader = Reader([str(tmp_path)], most_in_all=100)
    reader.content(tmp_path / "a")
    with pytest.raises(NotRead, match="too much is read already"):
        reader.content(tmp_path / "a")


def test_the_roots_of_an_input(tmp_path):
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repo/a/b").mkdir(parents=True)
    (tmp_path / "alone").mkdir()
    assert around(tmp_path / "repo/a/b/f", tmp_path / "repo/a") == {str(tmp_path / "repo"), str(tmp_path / "repo/a")}
    assert around(tmp_path / "alone/f") == {str(tmp_path / "alone")}
    assert repository(tmp_path / "repo/a/b") == str(tmp_path / "repo")


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\udc00\\ud83d"', '{"\\uD83D": "\\ud83dx"}'])
def test_half_a_pair_can_be_written(text):
    assert "\ufffd" in str(json_of(text.encode()))
    str(json_of(text.encode())).encode()


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"9" * 5000, b"\xff", b'{"a": "\xff"}', b"\xfe\xff\xd8\x00"])
def test_what_is_no_json_is_one_error(data):
    with pytest.raises(ValueError):
        json_of(data)


def test_whole_pairs_stay():
    assert json_of(rb'"\ud83d\ude00 \\ud800"') == "😀 \\ud800"


def test_instead_shows_a_draft_and_only_for_as_long(tmp_path):
    file = tmp_path / "a.tf"
    file.write_bytes(b"old")
    link = tmp_path / "link.tf"
    link.symlink_to(file)
    with instead({str(file): b"new content"}):
        assert content(file) == content(link) == b"new content"
        assert start(file, 3) == b"new"
        assert content(tmp_path / "a.tf") == b"new content"
    assert content(file) == b"old"
    assert file.read_bytes() == b"old"

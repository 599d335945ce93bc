"""Which files a run opens: folders, .gitignore, links, exclusions, and what cannot be read."""

import os
from pathlib import Path

import pytest

from alb_lint import sources
from alb_lint.errors import SourceError
from alb_lint.files import content, named_by_git, standing_in
from alb_lint.sources import walk
from alb_lint.sources.walk import Walk
from running import export, raw

RULES = export(raw(10, "/a"))


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """An empty repository that is the current folder."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(*names, text=RULES):
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, "utf-8")


def found(*names, exclude=(), root=None, forced=True):
    """Names of the files that are read, and reasons of the gaps."""
    here = Walk(sources.ALL, exclude, root)
    told = [target.name for target in here.targets(names, forced=forced)]
    return told, [f"{gap.location}: {gap.reason}" for gap in here.gaps]


def test_a_folder_in_sorted_order_with_files_that_mention_rules(tree):
    put("b.json", "a/z.json", "a/y.json", "c/d/e.json")
    put("a/other.json", text='{"name": "x"}')
    put("a/rules.md", text=RULES)
    assert found(".") == (["b.json", "a/y.json", "a/z.json", "c/d/e.json"], [])


def test_files_that_are_named_come_first_and_only_once(tree):
    put("b.json", "a/z.json")
    assert found(".", "a/z.json", "./b.json", "b.json")[0] == ["a/z.json", "b.json"]


def test_a_named_file_needs_no_ending(tree):
    put("rules")
    assert found("rules")[0] == ["rules"]


@pytest.mark.parametrize("folder", [".git", "node_modules", ".terraform", ".venv", "__pycache__"])
def test_folders_that_are_never_read(tree, folder):
    put(f"{folder}/a.json")
    assert found(".") == ([], [])
    assert found(folder)[0] == [f"{folder}/a.json"]


@pytest.mark.parametrize(
    ("ignored", "left"),
    [
        ({".gitignore": "a.json"}, ["keep.json", "sub/keep.json"]),
        ({".gitignore": "/a.json"}, ["keep.json", "sub/a.json", "sub/keep.json"]),
        ({".gitignore": "sub/"}, ["a.json", "keep.json"]),
        ({".gitignore": "*.json\n!keep.json"}, ["keep.json", "sub/keep.json"]),
        ({".gitignore": "*.json", "sub/.gitignore": "!a.json"}, ["sub/a.json"]),
        ({"sub/.gitignore": "*"}, ["a.json", "keep.json"]),
        ({"sub/.gitignore": "/a.json"}, ["a.json", "keep.json", "sub/keep.json"]),
        ({".gitignore": "sub/", "sub/.gitignore": "!a.json"}, ["a.json", "keep.json"]),
        ({".gitignore": "# a.json\n\n\\#b"}, ["a.json", "keep.json", "sub/a.json", "sub/keep.json"]),
        ({".gitignore": "sub/**/a.json\n\xff["}, ["a.json", "keep.json", "sub/keep.json"]),
    ],
    ids=["anywhere", "top", "folder", "taken-back", "nested-takes-back", "nested", "nested-top", "folder-stays-out", "comment", "odd"],
)
def test_gitignore(tree, ignored, left):
    put("a.json", "keep.json", "sub/a.json", "sub/keep.json")
    for name, text in ignored.items():
        Path(name).write_text(text, "utf-8")
    assert found(".")[0] == left


def test_gitignore_above_the_folder_that_is_named(tree):
    put("sub/deep/a.json", "sub/deep/b.json")
    Path(".gitignore").write_text("a.json", "utf-8")
    assert found("sub/deep")[0] == ["sub/deep/b.json"]


def test_what_is_ignored_is_read_when_it_is_named(tree):
    put("sub/deep/a.json")
    Path(".gitignore").write_text("sub/", "utf-8")
    assert found(".")[0] == []
    assert found("sub")[0] == ["sub/deep/a.json"]
    assert found("sub/deep")[0] == ["sub/deep/a.json"]
    assert found("sub/deep/a.json")[0] == ["sub/deep/a.json"]


def test_gitignore_without_a_repository(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    put("a.json", "sub/b.json")
    Path(".gitignore").write_text("a.json", "utf-8")
    assert found(".")[0] == ["sub/b.json"]
    assert found("sub")[0] == ["sub/b.json"]


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        (["old"], ["a.json", "sub/a.json"]),
        (["old/"], ["a.json", "sub/a.json"]),
        (["old/**"], ["a.json", "sub/a.json"]),
        (["a.json"], []),
        (["/a.json"], ["old/a.json", "sub/a.json"]),
        (["sub/a.json", "old"], ["a.json"]),
        (["**/old/*.json"], ["a.json", "sub/a.json"]),
        (["*", "!sub", "!sub/*"], ["sub/a.json"]),
        (["*", "!sub/", "!a.json"], ["a.json", "sub/a.json"]),
        (["*", "!*/"], []),
        (["nothing"], ["a.json", "old/a.json", "sub/a.json"]),
    ],
    ids=" ".join,
)
def test_exclude(tree, exclude, left):
    put("a.json", "sub/a.json", "old/a.json")
    assert found(".", exclude=exclude, root=tree)[0] == left


def test_exclude_is_relative_to_the_config(tree):
    put("infra/old/a.json", "infra/a.json")
    assert found("infra", exclude=["infra/old/"], root=tree)[0] == ["infra/a.json"]
    assert found("infra", exclude=["/old/"], root=tree / "infra")[0] == ["infra/a.json"]
    assert found("infra", exclude=["/old/"], root=tree)[0] == ["infra/a.json", "infra/old/a.json"]


def test_exclude_and_files_that_are_named(tree):
    put("old/a.json")
    assert found("old/a.json", exclude=["old"], root=tree)[0] == ["old/a.json"]
    assert found("old/a.json", exclude=["old/a.json"], root=tree, forced=False)[0] == []


# -- links -------------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links(tree):
    put("real/a.json")
    Path("circle").symlink_to(".")
    Path("real/up").symlink_to("..")
    Path("file.json").symlink_to("real/a.json")
    Path("gone.json").symlink_to("nowhere.json")
    Path("self.json").symlink_to("self.json")
    assert found(".") == (["file.json"], [])
    assert found("circle")[0] == ["circle/file.json"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_that_leads_out_of_the_repository(tree, tmp_path_factory):
    away = tmp_path_factory.mktemp("away")
    (away / "secret.json").write_text(RULES, "utf-8")
    Path("a.json").symlink_to(away / "secret.json")
    Path("folder").symlink_to(away)
    put("b.json")
    names, gaps = found(".")
    assert names == ["b.json"]
    assert [gap.split(":")[0] for gap in gaps] == ["a.json", "folder"]
    # named by a user it is read; named by what lists the files of a repository it is not
    assert found("a.json")[0] == ["a.json"]
    assert found("a.json", "b.json", forced=False) == (["b.json"], ["a.json: a link that leads out of the repository; it is not followed"])
    assert found(".", str(away))[1] == []


def test_endings_in_capitals(tree):
    put("RULES.JSON")
    assert found(".") == (["RULES.JSON"], [])


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_to_folders_are_told_up_to_a_number(tree, tmp_path_factory):
    away = tmp_path_factory.mktemp("away")
    for number in range(walk._TOLD + 5):
        Path(f"link{number}").symlink_to(away)
    assert len(found(".")[1]) == walk._TOLD + 1
    assert "5 more links" in found(".")[1][-1]


def test_all_of_a_run_is_capped(tree, monkeypatch):
    put("a.json", "b.json", "c.json")
    monkeypatch.setattr(walk, "MAX_IN_ALL", len(RULES))
    names, gaps = found(".")
    assert (names, len(gaps)) == (["a.json"], 1)
    assert "and 1 more are not" in gaps[0]
    with pytest.raises(SourceError, match="of input"):
        found("a.json", "b.json")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_to_itself_that_is_named(tree):
    Path("self.json").symlink_to("self.json")
    with pytest.raises(SourceError, match="cannot read it"):
        found("self.json")


# -- what cannot be read -----------------------------------------------------------------------------------------------------


def test_a_file_in_a_folder_that_cannot_be_read_is_a_gap(tree, monkeypatch):
    put("a.json", "b.json")
    real = os.open

    def refuse(path, *args, **more):
        if str(path).endswith("a.json"):
            raise PermissionError(13, "Permission denied")
        return real(path, *args, **more)

    monkeypatch.setattr(os, "open", refuse)
    assert found(".") == (["b.json"], ["a.json: cannot be read: Permission denied"])
    with pytest.raises(SourceError, match="Permission denied"):
        found("a.json")


def test_a_folder_that_cannot_be_read_is_a_gap(tree, monkeypatch):
    put("a.json", "secret/b.json")
    real = os.scandir

    def refuse(path):
        if Path(path).name == "secret":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert found(".") == (["a.json"], ["secret: the folder cannot be read: Permission denied"])


def test_depth_has_a_bound(tree, monkeypatch):
    monkeypatch.setattr(walk, "MAX_DEPTH", 3)
    put("1/2/3/a.json", "1/2/3/4/b.json")
    assert found(".") == (["1/2/3/a.json"], ["1/2/3/4: folders nest deeper than 3"])


def test_number_of_files_has_a_bound(tree, monkeypatch):
    monkeypatch.setattr(walk, "MAX_FILES", 3)
    put(*(f"{number}.json" for number in range(3)))
    assert len(found(".")[0]) == 3
    put("4.json")
    with pytest.raises(SourceError, match="more than 3 files"):
        found(".")


def test_size_has_a_bound(tree, monkeypatch):
    monkeypatch.setattr(walk, "content", lambda path, most=0, **options: content(path, most or len(RULES), **options))
    put("a.json")
    assert found(".")[0] == ["a.json"]
    put("b.json", text=RULES + " ")
    assert found(".")[0] == ["a.json"]
    assert "larger than" in found(".")[1][0]
    with pytest.raises(SourceError, match="larger than"):
        found("b.json")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_exports_of_powershell_in_a_folder(tree, encoding):
    """`aws … > rules.json` writes UTF-16 there."""
    Path("rules.json").write_bytes(RULES.encode(encoding))
    assert found(".")[0] == ["rules.json"]


@pytest.mark.skipif(os.name == "nt", reason="named pipes of POSIX")
def test_a_named_pipe_in_a_folder_is_a_gap(tree):
    os.mkfifo("pipe.json")
    assert found(".") == ([], ["pipe.json: cannot be read: it is not a regular file"])


def test_what_was_passed_over_is_not_opened_in_another_version(tree, monkeypatch):
    put("a.json", "b.tf", text='{"name": "x"}')
    put("c.tf", text="# aws_lb_listener_rule\n")
    put("d.yaml", text="# aws_lb_listener_rule\n")  # of no interest by this name
    passed: set[tuple[str, str]] = set()
    first = [target.name for target in Walk(sources.ALL, passed=passed).targets(["."])]
    assert (first, len(passed)) == (["c.tf"], 3)
    opened: list[str] = []
    monkeypatch.setattr(walk, "content", lambda path: opened.append(path) or content(path))
    put("d.tf", text="# aws_lb_listener_rule\n")
    names = {str(path): named_by_git(path.read_bytes()) for path in tree.iterdir() if path.is_file()}
    with standing_in(lambda _path, _most: None, names.__getitem__):
        then = [target.name for target in Walk(sources.ALL, passed=passed).targets(["."])]
    assert (then, opened) == (["c.tf", "d.tf"], ["c.tf", "d.tf"])

"""Values that only a deployment tells: what the rules of a root module say for every value of them, from the code to the finding."""

from pathlib import Path

import pytest

from alb_lint import inputs, pipeline, selections
from alb_lint.config import Config
from alb_lint.model import Unknown
from alb_lint.symbols import Symbol, SymbolicNumber, Unset
from running import inside
from shorthand import TODAY
from terraform_files import PATH, header, hosts, read_folder, rules, sends, write

VARIABLES = "".join(f'variable "{name}" {{}}\n' for name in ("domain", "alt", "prefix"))
NAMED = header("var.secret").replace('"X-Origin"', "var.alt")
SECRET = 'variable "secret" {\n  sensitive = true\n  default   = "hunter2"\n}\n'


def said(folder: Path, *texts: str, codes: tuple[str, ...] = ("ALB001", "ALB002", "ALB101", "ALB107")) -> list[str]:
    """`CODE rule` of each finding."""
    write(folder, {"main.tf": VARIABLES + SECRET + "".join(texts)})
    estate = inputs.join([read_folder(folder)], Config())
    found = pipeline.lint(estate, Config(), TODAY, selections.selection(codes, ())).findings
    return [f"{item.info.code} {item.rule.id.rpartition('.')[2] if item.rule else ''}" for item in found]


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        # for every value of the variable
        (hosts('"admin.${var.domain}"'), hosts('"admin.${var.domain}"') + PATH, ["ALB101 b"]),
        (hosts('"*.${var.domain}"'), hosts('"new.${var.domain}"'), ["ALB101 b"]),
        (hosts("var.domain"), hosts("var.domain"), ["ALB101 b"]),
        (hosts('"api.docs.${var.domain}"'), hosts('"docs.${var.domain}"'), []),
        (hosts('"*.${var.domain}"'), hosts("var.domain"), []),
        (hosts('"a.${var.domain}"'), hosts('"b.${var.domain}"'), []),
        (hosts('"a.${lower(var.domain)}"'), hosts('"a.${lower(var.domain)}"'), ["ALB101 b"]),
        (hosts('format("a.%s", var.domain)'), hosts('"a.${var.domain}"'), ["ALB101 b"]),
        (hosts('join(".", ["a", var.domain])'), hosts('"a.${var.domain}"'), ["ALB101 b"]),
        (hosts('join(".", ["a", var.domain])'), hosts('format("%s.%s", "b", var.domain)'), []),
        (header("var.secret"), header("var.secret") + PATH, ["ALB101 b"]),
        (hosts("aws_lb.x.dns_name"), hosts("aws_lb.x.dns_name"), ["ALB101 b"]),
        # the name of the only header that anything asks for
        (NAMED, NAMED + PATH, ["ALB101 b"]),
        (NAMED, NAMED.replace("var.secret", '"x"'), ["ALB107 b"]),
        (NAMED.replace("var.secret", '"y"'), NAMED.replace("var.secret", '"x"'), []),
        (NAMED, header("var.secret"), ["ALB107 a", "ALB107 b"]),
        (NAMED, NAMED.replace("var.alt", '"${var.alt}-x"'), ["ALB107 a", "ALB107 b"]),
        # a table tells all values that it may have
        (hosts('{ a = "x.example", b = "y.example" }[var.alt]'), PATH, []),
        (hosts('{ a = { h = "x.example" }, b = { h = "y.example" } }[terraform.workspace].h'), hosts('"*.z.example"'), []),
        (hosts('var.alt == "a" ? "x.example" : "y.example"'), PATH, []),
        (hosts('var.alt == "a" ? aws_route53_record.r.fqdn : ""'), PATH, []),
        (hosts('{ a = "x.example", b = "*" }[var.alt]'), PATH, ["ALB107 b"]),
        # it depends on the values
        (hosts('"a.${var.domain}"'), hosts('"a.${var.alt}"'), ["ALB107 b"]),
        (hosts("var.domain"), hosts('"a.example.com"'), ["ALB107 b"]),
        (hosts('"${var.prefix}.example.com"'), hosts('"a.example.com"'), ["ALB107 b"]),
        (hosts('"a.${uuid()}"'), hosts('"a.${uuid()}"'), ["ALB107 a", "ALB107 b"]),
    ],
)
def test_conditions(tmp_path: Path, first: str, second: str, found: list[str]) -> None:
    assert said(tmp_path, sends("a", "10", first, "x"), sends("b", "20", second, "y")) == found


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        ("var.prefix", "var.prefix", ["ALB001 a"]),
        ("var.prefix + 1", "var.prefix + 2", ["ALB101 b"]),
        ("var.prefix + 2", "var.prefix + 1", ["ALB101 a"]),
        ('"${var.prefix}01"', '"${var.prefix}10"', ["ALB101 b"]),
        ('"${var.prefix}01"', '"${var.prefix}01"', ["ALB001 a"]),
        ("var.prefix", "10", ["ALB107 a", "ALB107 b"]),
        (None, "10", ["ALB101 a"]),
        ("50000", None, ["ALB002 b"]),
    ],
)
def test_numbers(tmp_path: Path, first: str | None, second: str | None, found: list[str]) -> None:
    assert sorted(said(tmp_path, sends("a", first, PATH, "x"), sends("b", second, PATH, "y"))) == found


@pytest.mark.parametrize(
    ("first", "second", "severities"),
    [
        ("10", "20", ["error"]),
        ("10", "var.off ? 5 : 20", ["info"]),
        ("var.off ? 30 : 10", "20", ["info"]),
        ("var.off ? 20 : 10", "var.off ? 10 : 20", ["info"]),
        # an environment is no switch
        ("local.off ? 20 : 10", "local.off ? 10 : 20", ["error"]),
        # it is not reached with the other number either
        ("10", "var.off ? 15 : 20", ["error"]),
        # no variable decides
        ("10", "false ? 5 : 20", ["error"]),
        ("10", "var.off ? 5 : var.alt", []),
    ],
)
def test_a_switch_between_two_numbers_is_no_error(tmp_path: Path, first: str, second: str, severities: list[str]) -> None:
    head = 'variable "alt" {}\nvariable "off" {\n  default = false\n}\nlocals {\n  off = var.off\n}\n'
    write(tmp_path, {"main.tf": head + sends("a", first, PATH, "x") + sends("b", second, PATH, "y")})
    found = [one for one in inside("check", tmp_path, "-f", "json").json["findings"] if one["code"] == "ALB101"]
    assert [one["severity"] for one in found] == severities
    assert all(("turns out otherwise" in one["message"]) is (one["severity"] == "info") for one in found)
    assert all(one["confidence"] == ("possible" if one["severity"] == "info" else "proved") for one in found)


@pytest.mark.parametrize(
    ("condition", "needs"),
    [
        (header("var.secret").replace('"X-Origin"', "var.name"), []),
        (header("var.secret").replace('"X-Origin"', "var.name") + header('"x"'), ["var.name"]),
        (header("var.secret"), []),
        (hosts(), []),
    ],
    ids=["name of the only header", "name of one of two headers", "value of a header", "no values"],
)
def test_what_a_rule_waits_for(tmp_path: Path, condition: str, needs: list[str]) -> None:
    write(tmp_path, {"main.tf": 'variable "name" {}\n' + SECRET + sends("a", "10", condition, "x")})
    found = inside("check", tmp_path, "-f", "json").json["findings"]
    assert [name for finding in found for name in finding.get("needs", [])] == needs


@pytest.mark.parametrize(
    ("condition", "known"),
    [
        (hosts('"*.example.com"', '"${var.domain}.${uuid()}"'), True),
        (hosts('"*.example.com"', '"${var.domain}.${uuid()}"') + PATH.replace('"/x"', "uuid()"), False),
        (PATH.replace('path_pattern {\n      values = ["/x"]', 'source_ip {\n      values = ["10.0.0.0/8", "${var.domain}/32"]'), True),
        (PATH.replace('path_pattern {\n      values = ["/x"]', 'source_ip {\n      values = ["${var.domain}/32"]'), False),
        (PATH.replace('values = ["/x"]', 'regex_values = ["^/a$", uuid()]'), True),
    ],
    ids=["hosts", "hosts and a path", "addresses", "an address", "a regex"],
)
def test_what_is_known_of_a_condition_counts_as_hiding(tmp_path: Path, condition: str, known: bool) -> None:
    write(tmp_path, {"main.tf": VARIABLES + sends("a", "10", condition, "x")})
    (found,) = inside("check", tmp_path, "-f", "json").json["findings"]
    assert ("only the rest is counted as hiding another rule" in found["message"]) is known
    assert ("it is therefore never counted as hiding another rule" in found["message"]) is not known


def test_a_number_that_is_not_set_where_the_place_does_not_matter(tmp_path: Path) -> None:
    texts = (sends("a", None, hosts('"a.example.com"'), "x"), sends("b", "10", hosts('"b.example.com"'), "y"))
    assert said(tmp_path, *texts) == []


def test_what_is_known_of_a_value(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": VARIABLES
            + sends("a", "100 + var.prefix", hosts('"admin.${var.domain}-${var.domain}.x"'), "x")
            + sends("b", None, PATH, "y")
        },
    )
    found = {id_.rpartition(".")[2]: item for id_, item in rules(read_folder(tmp_path)).items()}
    domain = Symbol("var.domain", "var.domain")
    host, number = found["a"].conditions[0].values[0], found["a"].priority
    assert isinstance(host, Unknown)
    assert host.pieces == ("admin.", domain, "-", domain, ".x")
    assert isinstance(number, Unknown)
    assert number.number == SymbolicNumber(Symbol("var.prefix", "var.prefix"), plus=100)
    assert found["b"].priority.number == Unset(behind=True)


def test_two_roots_share_variables_and_the_workspace_and_nothing_else(tmp_path: Path) -> None:
    for name in ("a", "b"):
        text = VARIABLES + sends(name, "10", hosts("var.domain", "terraform.workspace", "aws_x.y.name"), "x")
        write(tmp_path, {f"{name}/main.tf": text})
    keys = [[value.pieces[0].key for value in item.conditions[0].values] for item in rules(read_folder(tmp_path)).values()]
    assert keys == [["var.domain", "terraform.workspace", f"{name}:aws_x.y.name"] for name in ("a", "b")]


@pytest.mark.parametrize("format_", ["text", "concise", "json"])
def test_a_value_that_is_sensitive_is_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_: str) -> None:
    monkeypatch.chdir(tmp_path)
    texts = (
        sends("a", "10", header("var.secret"), "x"),
        sends("b", "20", header('"x-${var.secret}"'), "y"),
        sends("c", "30", header("var.secret"), "z"),
    )
    write(tmp_path, {"main.tf": SECRET + "".join(texts)})
    ran = inside("check", ".", "--format", format_)
    assert ran.code == 1
    assert "hunter2" not in ran.out + ran.err
    assert "(sensitive)" in ran.out


def test_requests_hold_the_names_of_what_is_not_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        {
            "main.tf": VARIABLES
            + sends("a", "10", hosts('"admin.${var.domain}"'), "x")
            + sends("b", "20", hosts('"admin.${var.domain}"'), "y")
        },
    )
    (finding,) = [item for item in inside("check", ".", "--format", "json").json["findings"] if item["code"] == "ALB101"]
    assert finding["witnesses"][0]["request"]["host"] == "admin.${var.domain}"
    assert finding["witnesses"][0]["request"]["where"] == {"var.domain": "any"}
    assert "https://admin.$DOMAIN/" in inside("check", ".").out


def test_a_long_expression_is_shown_by_the_name_of_its_local(tmp_path: Path) -> None:
    table = "local.table[trimprefix(terraform.workspace, local.start)]"
    text = f'locals {{\n  start = "shop-"\n  table = {{ a = {{ n = 1, h = "x" }}, b = {{ n = 2, h = "y" }} }}\n  mine = {table}\n}}\n'
    write(tmp_path, {"main.tf": text + sends("r", "local.mine.n + 1", hosts('"a.${local.mine.h}"'), "g")})
    (found,) = rules(read_folder(tmp_path)).values()
    assert isinstance(found.priority, Unknown) and isinstance(found.priority.number, SymbolicNumber)
    assert found.priority.number.symbol.shown == "local.mine.n"
    (value,) = found.conditions[0].values
    assert [getattr(piece, "shown", piece) for piece in value.pieces] == ["a.", "local.mine.h"]
    assert "trimprefix" in found.priority.number.symbol.key


def test_many_symbols_and_pieces_stay_bounded(tmp_path: Path) -> None:
    many = "".join(f'variable "v{number}" {{}}\n' for number in range(300))
    long = "".join(f"${{var.v{number % 300}}}" for number in range(3_000))
    texts = [sends(f"r{number}", str(number + 1), hosts(f'"h.${{var.v{number}}}"'), f"g{number}") for number in range(60)]
    write(tmp_path, {"main.tf": many + sends("long", "60000", hosts(f'"{long}"'), "x") + "".join(texts)})
    assert len(rules(read_folder(tmp_path))) == 61


def test_a_text_of_a_hundred_thousand_pieces_is_bounded(tmp_path: Path) -> None:
    declared = 'variable "a" {}\nvariable "b" {}\n'
    write(
        tmp_path,
        {
            "main.tf": declared
            + sends("long", "1", hosts(f'"{"${var.a}-${var.b}." * 50_000}"'), "x")
            + sends("y", "2", hosts('"a.${var.a}"'), "y")
        },
    )
    ran = inside("check", tmp_path, "-f", "json")
    assert [(finding["code"], finding["rule"]["priority"]) for finding in ran.json["findings"]] == [("ALB107", 2)]


def test_ten_thousand_symbols_in_one_rule_are_bounded(tmp_path: Path) -> None:
    declared = "".join(f'variable "v{number}" {{}}\n' for number in range(10_000))
    listed = ",".join(f'"h.${{var.v{number}}}"' for number in range(10_000))
    write(tmp_path, {"main.tf": declared + sends("r", "1", hosts(listed), "x")})
    (found,) = rules(read_folder(tmp_path)).values()
    assert len(found.conditions[0].values) == 10_000


def test_a_file_that_reads_or_calls_itself_is_bounded(tmp_path: Path) -> None:
    own = 'locals {\n  made = templatefile("main.tf", {})\n  file = file("main.tf")\n}\nmodule "me" {\n  source = "."\n}\n'
    write(
        tmp_path,
        {".git/HEAD": "", "main.tf": own + sends("x", "1", hosts("local.made"), "x") + sends("y", "2", hosts("local.file"), "y")},
    )
    assert len(rules(read_folder(tmp_path))) == 2


def test_a_rule_without_a_number_behind_the_last_one_is_one_error(tmp_path):
    """It is refused, so that nothing else is said of it; deleting it for the one that stands at 50000 would be no advice."""
    rule = """
resource "aws_lb_listener_rule" "{name}" {{
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/edge/0123456789abcdef/0123456789abcdef"
  {number}
  action {{
    type             = "forward"
    target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"
  }}
  condition {{
    path_pattern {{
      values = ["{path}"]
    }}
  }}
}}
"""
    text = rule.format(name="last", number="priority = 50000", path="/*") + rule.format(name="a", number="", path="/a")
    (tmp_path / "main.tf").write_text(text)
    ran = inside("check", tmp_path, "-f", "json")
    assert [finding["code"] for finding in ran.json["findings"] if finding["severity"] != "info"] == ["ALB002"]

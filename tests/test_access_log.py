"""Access logs: bytes → lines → entries, whatever the bytes are."""

import gzip
import random
import zlib

import pytest

from access_logs import ELB, TIME, entry
from alb_lint import access_log
from alb_lint.access_log import ENTRY, LONGEST, Line, line_of, lines, unescaped, unpacked, why_not
from alb_lint.errors import SourceError

GROUP = "arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067"
GUIDE = {
    "http": "http 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366"
    f' "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - {GROUP} "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0'
    ' 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"',
    "h2": "h2 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 10.0.1.252:48160 10.0.0.66:9000 0.000 0.002 0.000 200 200 5 257"
    f' "GET https://10.0.2.105:773/ HTTP/2.0" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 {GROUP}'
    ' "Root=1-58337327-72bd00b0343d75b906739c42" "-" "-" 1 2018-07-02T22:22:48.364000Z "redirect" "https://example.com:80/" "-" "10.0.0.66:9000"'
    ' "200" "-" "-"',
    "lambda": "http 2018-11-30T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 - 0.000 0.001 0.000 502 - 34 366"
    f' "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - {GROUP} "Root=1-58337364-23a8c76965a2ef7629b185e3" "-" "-" 0'
    ' 2018-11-30T22:22:48.364000Z "forward" "-" "LambdaInvalidResponse" "-" "-" "-" "-"',
}
"""Examples of the user guide, "Access log entries", each as the one line that it is."""


@pytest.mark.parametrize("name", GUIDE)
def test_the_examples_of_the_user_guide(name):
    kind, time, elb, client, request, agent, logged, created, actions = ENTRY.match(GUIDE[name]).groups()
    assert (kind, elb, agent) == (GUIDE[name].split()[0], "app/my-loadbalancer/50dc6c495c0c9188", "curl/7.46.0")
    assert (time[:10], created[:10]) == (time[:10], time[:10])
    assert logged in ("0", "1")
    assert line_of(request).path == "/"
    assert actions in ("forward", "redirect")
    assert client.count(":") == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, True),
        ({"logged": 50000}, True), ({"logged": -1}, True), ({"logged": "-"}, True), ({"logged": 123456}, False), ({"logged": "x"}, False),
        ({"logged": "1.0"}, False), ({"logged": "-2"}, False), ({"logged": ""}, False),
        ({"more": ""}, True), ({"more": " 34 35 future"}, True), ({"more": "x"}, False), ({"more": " "}, True),
        ({"agent": r"a \"quoted\" one"}, True), ({"agent": r"a\x22b\\"}, True), ({"agent": 'un"quoted'}, False), ({"agent": ""}, True),
        ({"agent": r'\" 1 2 \" 3'}, True), ({"agent": "\\"}, False), ({"agent": "\t\x1b[31m"}, True),
        ({"time": "yesterday"}, False), ({"created": "-"}, True), ({"created": "soon"}, False),
        ({"elb": "app/" + "x" * 200}, False), ({"elb": "my-classic"}, True), ({"client": "2001:db8::1:443"}, True), ({"client": ""}, False),
    ],
)  # fmt: skip
def test_entries(change, told):
    text = entry(**change)
    assert bool(ENTRY.match(text)) is told, text


def test_no_cut_line_is_an_entry():
    """Half of a number would be another number."""
    text = entry(logged=1234, more="")
    assert ENTRY.match(text)[7] == "1234"
    for end in range(len(text)):
        assert ENTRY.match(text[:end]) is None, text[:end]


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ("GET https://a.com:443/ HTTP/1.1", Line("GET", "https", "a.com", 443, "/", None)),
        ("GET http://a.com:80/x?y=z?w HTTP/2.0", Line("GET", "http", "a.com", 80, "/x", "y=z?w")),
        ("GET http://a.com:80/x? HTTP/1.0", Line("GET", "http", "a.com", 80, "/x", "")),
        ("GET http://a.com:80?y HTTP/1.0", Line("GET", "http", "a.com", 80, "/", "y")),
        ("M-SEARCH https://a.com:8443/x HTTP/1.1", Line("M-SEARCH", "https", "a.com", 8443, "/x", None)),
        ("GET wss://a.com:443/ws HTTP/1.1", Line("GET", "wss", "a.com", 443, "/ws", None)),
        ("GET https://a.com/x HTTP/1.1", Line("GET", "https", "a.com", 443, "/x", None)),
        ("GET https://[2001:db8::1]:443/x HTTP/1.1", Line("GET", "https", "[2001:db8::1]", 443, "/x", None)),
        # seen in logs: blanks in the URL, no version, `-` for it
        ("GET https://a.com:443/hello world HTTP/1.1", Line("GET", "https", "a.com", 443, "/hello world", None)),
        ("GET https://a.com:443/x", Line("GET", "https", "a.com", 443, "/x", None)),
        ("GET https://a.com:443/x ", Line("GET", "https", "a.com", 443, "/x", None)),
        ("GET https://a.com:443/x -", Line("GET", "https", "a.com", 443, "/x", None)),
        (r"GET https://a.com:443/\x22\xe3\x81\x82?\x5c HTTP/1.1", Line("GET", "https", "a.com", 443, '/"あ', "\\")),
        ("GET https://:443/x HTTP/1.1", Line("GET", "https", "", 443, "/x", None)),
        ("- http://a.com:80- -", None), ("- http://a.com:80/ -", None), ("", None), ("-", None), ("GET / HTTP/1.1", None),
        ("GET ftp://a.com:21/ HTTP/1.1", None), ("GET https://a.com:0/ HTTP/1.1", None), ("GET https://a.com:99999/ HTTP/1.1", None),
        ("OPTIONS https://a.com:443* HTTP/1.1", None), ("GET https://a.com:443:443/ HTTP/1.1", None),
    ],
)  # fmt: skip
def test_request_lines(request_, told):
    assert line_of(request_) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("plain", "plain"), (r"\"", '"'), (r"\\", "\\"), (r"\x41", "A"), (r"\xc3\xa9", "é"), (r"\xff", "\ufffd"), (r"\xc3", "\ufffd"),
        (r"\q", r"\q"), (r"\x4", r"\x4"), (r"\\x41", r"\x41"), ("\\", "\\"), (r"\x1b[31m", "\x1b[31m"), (r"\x00", "\x00"),
    ],
)  # fmt: skip
def test_escapes(text, told):
    assert unescaped(text) == told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x" * (LONGEST + 1), "longer than"),
        ("2026-11-02T09:10:11Z 10.0.0.1 443 TLSv1.2", "no entry of an Application Load Balancer"),
        ("{}", "no entry of an Application Load Balancer"),
        (entry()[:300], "cut or malformed"),
    ],
)
def test_why_a_line_is_no_entry(text, said):
    assert said in why_not(text)


def split(data: bytes, chance: random.Random):
    while data:
        size = chance.randint(1, 9)
        yield data[:size]
        data = data[size:]


def all_lines(pieces):
    return [line for batch in lines(pieces) for line in batch]


@pytest.mark.parametrize("seed", range(20))
def test_lines_are_the_same_however_they_come(seed):
    chance = random.Random(seed)
    data = b"\n".join(bytes(chance.choice(b"ab \r\xc3\xa9") for _ in range(chance.randint(0, 6))) for _ in range(20))
    wanted = data.decode("utf-8", "replace").split("\n")
    assert all_lines(split(data, chance)) == (wanted if wanted[-1] else wanted[:-1])
    assert all_lines([data]) == (wanted if wanted[-1] else wanted[:-1])


def test_a_line_without_an_end_takes_no_memory():
    pieces = (b"x" * 100_000 for _ in range(500))
    (found,) = all_lines(pieces)
    assert len(found) == LONGEST + 1
    first, second = all_lines([b"x" * LONGEST, b"x" * LONGEST, b"\nshort\n"])
    assert (LONGEST < len(first) <= 2 * LONGEST + 1, second) == (True, "short")


@pytest.mark.parametrize("seed", range(10))
def test_gzip_however_it_comes(seed):
    chance = random.Random(seed)
    data = bytes(chance.choice(b"abc\n") for _ in range(2000))
    packed = gzip.compress(data[:700]) + gzip.compress(data[700:]) + b"\0" * chance.randint(0, 20)
    assert b"".join(unpacked(split(packed, chance), "x")) == data
    assert b"".join(unpacked([packed], "x")) == data
    assert b"".join(unpacked(split(data, chance), "x")) == data


def test_larger_gzip_than_a_piece():
    data = random.Random(1).randbytes(1_000_000) + b"a" * 3_000_000
    assert b"".join(unpacked([gzip.compress(data)], "x")) == data


@pytest.mark.parametrize(
    "packed", [gzip.compress(b"a line\n" * 100)[:-20], gzip.compress(b"x")[:5], gzip.compress(b"a line\n") + b"more", b"\x1f\x8b"]
)
def test_broken_gzip(packed):
    with pytest.raises(SourceError) as told:
        list(unpacked([packed], "x.gz"))
    assert told.value.hint.startswith("download the file again")


def bomb(size: int):
    """A gzip stream that unpacks to so many zeros, in pieces."""
    made = zlib.compressobj(9, wbits=31)
    for _ in range(size // 1_000_000):
        yield made.compress(b"\0" * 1_000_000)
    yield made.flush()


def test_a_bomb_is_refused_early():
    seen = 0
    with pytest.raises(SourceError, match="no log does"):
        for piece in unpacked([b"".join(bomb(200_000_000))], "x.gz"):
            seen += len(piece)
            assert len(piece) <= access_log._PIECE
    assert seen <= access_log._ALWAYS


def test_time_and_load_balancer_of_these_tests():
    found = ENTRY.match(entry())
    assert (found[2], found[3]) == (TIME, ELB)

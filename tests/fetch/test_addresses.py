"""Where the client goes, and where it never does."""

from __future__ import annotations

import ssl
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from fetching import PAGE, fetch_all, fetch_one, outcome
from servers import Names, Server, answer

from pipelines.fetch.addresses import AddressPolicy, BlockedAddressError
from schemas import Document, Rejected

BLOCKED = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001::1",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "1.1.1.1",
    "93.184.215.14",
    "100.128.0.1",
    "172.32.0.1",
    "2606:4700::1111",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
    "2002:101:101::1",
]


@pytest.mark.parametrize("address", BLOCKED)
def test_an_address_that_is_not_public_is_blocked(address: str) -> None:
    with pytest.raises(BlockedAddressError, match="not a public one"):
        AddressPolicy().check(address, 443)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_connected_to_at_the_ports_of_the_web_alone(address: str) -> None:
    AddressPolicy().check(address, 443)
    for port in (22, 25, 6379, 0):
        with pytest.raises(BlockedAddressError, match="ports are limited"):
            AddressPolicy().check(address, port)


def test_a_setting_allows_a_named_network_at_any_port_also_in_its_mapped_form() -> None:
    policy = AddressPolicy(allowed_networks=["10.2.0.0/16"])
    policy.check("10.2.3.4", 8000)
    policy.check("::ffff:10.2.3.4", 8000)
    with pytest.raises(BlockedAddressError):
        policy.check("10.3.0.1", 80)


def test_no_address_of_the_whole_ipv4_space_is_let_through_that_python_calls_private() -> None:
    policy = AddressPolicy()
    for number in range(0, 2**32, 65_521):
        address = ip_address(number)
        if not address.is_global or address.is_multicast:
            with pytest.raises(BlockedAddressError):
                policy.check(str(address), 80)


LITERALS = [
    "http://127.0.0.1:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::1]:{port}/",
    "http://0.0.0.0:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f.1:{port}/",
    "http://127.1:{port}/",
    "http://localhost:{port}/",
    "http://inside.example:{port}/",
]


@pytest.mark.parametrize("url", LITERALS)
def test_no_spelling_of_loopback_reaches_a_server_there(url: str) -> None:
    with Server({"/": answer(PAGE)}) as server:
        asked = url.format(port=server.port)
        result = fetch_one(asked, allowed_networks=(), names=Names(default="127.0.0.1"))
        assert server.asked == []
    assert outcome(result) in ("blocked_address", "bad_url"), result


@pytest.mark.parametrize(
    "status", ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
)
@pytest.mark.parametrize(
    "to", ["http://127.0.0.9:{port}/secret", "http://[::ffff:127.0.0.9]:{port}/secret", "http://inside.example:{port}/secret"]
)
def test_a_redirect_to_a_private_address_is_not_followed(status: str, to: str) -> None:
    with Server() as server:
        server.routes["/"] = answer("", status, Location=to.format(port=server.port))
        names = Names({"inside.example": ["127.0.0.9"]})
        result = fetch_one(server.url("/"), allowed_networks=("127.0.0.1/32",), names=names)
        assert "/secret" not in server.paths()
    assert outcome(result) == "blocked_address"


def test_a_name_that_points_first_to_a_public_and_then_to_a_private_address_is_caught_at_the_connection() -> None:
    """127.0.0.2 stands for a public address, 127.0.0.3 for a private one."""
    with Server({"/": answer(PAGE, Connection="close"), "/secret": answer("secret")}) as server:
        close = answer("", "404 Not Found", Connection="close")
        server.routes["/robots.txt"] = close
        names = Names({"rebind.example": ["127.0.0.2", "127.0.0.2", "127.0.0.3"]})
        urls = [server.url(path, "rebind.example") for path in ("/", "/secret")]
        results = fetch_all(urls, allowed_networks=("127.0.0.2/32",), names=names)
        assert server.paths() == ["/"]
    assert [outcome(results[url]) for url in urls] == ["ok", "blocked_address"]
    assert len(names.questions) >= 3, "a name is asked for at each connection"


def test_of_a_name_with_a_public_and_a_private_address_only_the_public_one_is_connected_to() -> None:
    with Server({"/": answer(PAGE)}) as server:
        names = Names({"two.example": [["127.0.0.3", "127.0.0.2"]], "none.example": [["127.0.0.3", "10.0.0.1"]]})
        urls = [server.url("/", name) for name in ("two.example", "none.example")]
        results = fetch_all(urls, allowed_networks=("127.0.0.2/32",), names=names)
    assert [outcome(results[url]) for url in urls] == ["ok", "blocked_address"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/",
        "javascript:alert(1)",
        "http://",
        "http:///path",
        "http://user:secret@example.org/",
        "http://example.org:99999/",
        "http://exa mple.org/",
        "http://example.org/a\r\nX-Evil: 1",
        "http://[::1/",
        "http://example.org/" + "a" * 9000,
        "",
    ],
)
def test_what_is_no_url_of_the_web_is_rejected_without_a_question_to_anybody(url: str) -> None:
    names = Names()
    (result,) = fetch_all([url], names=names).values()
    assert isinstance(result, Rejected)
    assert result.reason == "bad_url"
    assert names.questions == []
    assert "secret" not in result.error


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server({"*": answer("proxy")}) as proxy, Server({"/": answer(PAGE)}) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url(""))
        assert outcome(fetch_one(server.url("/"))) == "ok"
        assert proxy.asked == []


def test_cookies_and_credentials_go_nowhere() -> None:
    with Server({"/b": answer(PAGE)}) as server:
        server.routes["/a"] = answer("", "302 Found", Location=server.url("/b", "127.0.0.2"), Set_Cookie="session=1; Path=/")
        fetch_all([server.url("/a"), server.url("/b")])
        for asked in server.asked:
            assert not {"cookie", "authorization", "referer", "proxy-authorization"} & asked.headers.keys()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate authority and certificates for the tests' servers."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    folder = tmp_path_factory.mktemp("authority")
    now = datetime.now(UTC)

    def certificate(
        name: str, days: tuple[int, int], alt: list[x509.GeneralName], signer: tuple[x509.Name, ec.EllipticCurvePrivateKey] | None
    ):  # type: ignore[no-untyped-def]
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(signer[0] if signer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=days[0]))
            .not_valid_after(now + timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
        )
        if alt:
            builder = builder.add_extension(x509.SubjectAlternativeName(alt), critical=False)
        issuer_key = signer[1] if signer else key
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        if signer is None:
            usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
            builder = builder.add_extension(usage, critical=True)
        signed = builder.sign(issuer_key, hashes.SHA256())
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (folder / f"{name}.pem").write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
        return subject, key

    loopback = [x509.IPAddress(ip_address("127.0.0.1"))]
    own = certificate("own", (-1, 10), [], None)
    certificate("good", (-1, 10), loopback, own)
    certificate("expired", (-10, -1), loopback, own)
    certificate("other-name", (-1, 10), [x509.DNSName("other.example")], own)
    certificate("self-signed", (-1, 10), loopback, None)
    return folder


@pytest.mark.parametrize(("certificate", "expected"), [("good", "ok"), ("expired", "tls"), ("other-name", "tls"), ("self-signed", "tls")])
def test_only_a_server_with_a_valid_certificate_is_believed(authority: Path, certificate: str, expected: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / f"{certificate}.pem")
    with Server({"/": answer(PAGE)}, tls=context) as server:
        result = fetch_one(server.url("/"), ca_file=str(authority / "own.pem"))
    assert outcome(result) == expected, result


def test_plain_http_on_a_tls_port_and_the_reverse_end_as_failures(authority: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "good.pem")
    with Server({"/": answer(PAGE)}) as plain, Server({"/": answer(PAGE)}, tls=context) as secure:
        results = fetch_all([plain.url("/").replace("http:", "https:"), secure.url("/").replace("https:", "http:")], deadline=0.5)
    assert outcome(results[plain.url("/").replace("http:", "https:")]) in ("tls", "timeout")
    assert outcome(results[secure.url("/").replace("https:", "http:")]) in ("connection", "timeout")


def test_redirects_are_followed_and_counted_and_each_answer_is_the_last_ones() -> None:
    with Server({"/end": answer(PAGE)}) as server:
        for hop in range(10):
            server.routes[f"/{hop}"] = answer("", "302 Found", Location=f"/{hop + 1}" if hop < 9 else "/end")
        server.routes["/loop"] = answer("", "301 Moved", Location="/loop")
        server.routes["/nowhere"] = answer("", "301 Moved")
        server.routes["/rubbish"] = answer("", "301 Moved", Location="http://[/")
        server.routes["/script"] = answer("", "301 Moved", Location="javascript:alert(1)")
        server.routes["/login"] = answer("", "301 Moved", Location="http://user:pw@127.0.0.1/")
        paths = ("/5", "/4", "/loop", "/nowhere", "/rubbish", "/script", "/login")
        results = fetch_all([server.url(path) for path in paths], max_redirects=5)
    assert [outcome(results[server.url(path)]) for path in paths] == [
        "ok",
        "redirects",
        "redirects",
        "redirects",
        "bad_url",
        "bad_url",
        "bad_url",
    ]
    good = results[server.url("/5")]
    assert isinstance(good, Document)
    assert (good.url, good.input) == (server.url("/end"), server.url("/5"))


def test_without_a_contact_nothing_remote_is_fetched() -> None:
    code = (
        "from pipelines.fetch import FetchConfig, NoContactError\nfrom pipelines.fetch.remote import Fetcher\n"
        "for contact in (None, '', '  ', 'a\\nb'):\n"
        "    try: Fetcher(FetchConfig(contact=contact))\n"
        "    except NoContactError: print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["refused"] * 4

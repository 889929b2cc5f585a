"""The parts of fetching that need no server: addresses, decoding."""

from __future__ import annotations

import gzip
import zlib
from ipaddress import IPv4Address, IPv6Address

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fetch.addresses import is_public, reachable
from ingest.fetch.decoding import decoded
from ingest.fetch.errors import FetchError


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1",
        "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1",
        "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:f5ff:fffe", "100::1", "4000::1",
        "192.88.99.1", "192.31.196.1", "192.175.48.1", "168.63.129.16", "192.0.0.9", "192.0.0.170", "192.52.193.1",
        "3fff::1", "3fff:fff::1", "2620:4f:8000::1", "2001:2::1", "2001:20::1", "2001:4:112::1", "5f00::1",
        "::ffff:168.63.129.16", "2002:a83f:8110::1",
    ],
)  # fmt: skip
def test_addresses_inside_are_told(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"],
)
def test_addresses_of_the_internet_are_told(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_dress(address: IPv4Address) -> None:
    number = int(address)
    dresses = [
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(0x64FF9B << 96 | number),
        IPv6Address(0x2002 << 112 | number << 80),
    ]
    assert {is_public(str(dress)) for dress in dresses} == {is_public(str(address))}


def test_of_a_hosts_addresses_only_the_public_ones_are_connected_to() -> None:
    assert reachable(["10.0.0.1", "93.184.215.14"]) == ["93.184.215.14"]
    with pytest.raises(FetchError, match="private"):
        reachable(["10.0.0.1", "::1"])


def _raw_deflate(data: bytes) -> bytes:
    made = zlib.compressobj(wbits=-15)
    return made.compress(data) + made.flush()


ENCODERS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "identity": bytes,
}


def _pieces(data: bytes, size: int) -> list[bytes]:
    return [data[n : n + size] for n in range(0, len(data), size)]


@given(st.binary(max_size=5000), st.sampled_from([*ENCODERS]), st.integers(1, 300))
def test_what_was_compressed_comes_back(data: bytes, name: str, size: int) -> None:
    assert b"".join(decoded(_pieces(ENCODERS[name](data), size), name)) == data
    twice = gzip.compress(ENCODERS[name](data))
    assert b"".join(decoded(_pieces(twice, size), f"{name}, gzip")) == data


@given(st.binary(min_size=1, max_size=5000), st.integers(2, 300))
def test_bare_deflate_and_several_members_come_back(data: bytes, size: int) -> None:
    assert b"".join(decoded(_pieces(_raw_deflate(data), size), "deflate")) == data
    members = gzip.compress(data) + gzip.compress(data) + b"\0\0\0"
    assert b"".join(decoded(_pieces(members, size), "gzip")) == data + data


@given(st.binary(min_size=50, max_size=2000), st.sampled_from(["gzip", "deflate", "br"]), st.data())
def test_a_body_that_breaks_off_is_never_taken_for_whole(data: bytes, name: str, draw: st.DataObject) -> None:
    whole = ENCODERS[name](data)
    cut = whole[: draw.draw(st.integers(1, len(whole) - 9 if name == "gzip" else len(whole) - 5))]
    with pytest.raises(FetchError, match=r"breaks off|broken"):
        b"".join(decoded([cut], name))


@pytest.mark.parametrize("name", ["gzip", "deflate", "br"])
def test_a_bomb_unfolds_piece_by_piece(name: str) -> None:
    bomb = ENCODERS[name](bytes(50_000_000))
    assert max(map(len, decoded([bomb], name))) <= 1 << 17


@pytest.mark.parametrize("name", ["zstd", "gzip, gzip, gzip, gzip", "lzma"])
def test_what_was_not_asked_for_is_refused(name: str) -> None:
    with pytest.raises(FetchError):
        list(decoded([b"x"], name))


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br"]))
def test_rubbish_raises_nothing_else(data: bytes, name: str) -> None:
    try:
        b"".join(decoded([data], name))
    except FetchError as error:
        assert error.passing

"""URLs: which one identifies a page.

The rules are courlan's (scheme and host in lower case, default ports, dot segments, tracking parameters) and w3lib's (escapes, order of the
query), plus the addresses that serve the same article to phones and to AMP.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url

_TRACKING: Final = re.compile(
    r"^(?:utm_|mc_|mkt_|pk_|mtm_|vero_|oly_|itm_|ga_|gs_|wt[._]|at_|hsa_|ns_|sc_|ito|cmp|icid|ncid|ocid|taid|cid$|ref$"
    r"|referr?er$|ref_|refsrc|srcref|src$|source$|campaign|medium|"
    r"smid|smtyp|xtor|spm|igsh|fbclid|gclid|gclsrc|dclid|msclkid|yclid|twclid|ttclid|wbraid|gbraid|_ga|_gl|_hs|mkcid"
    r"|rss$|partner|feed(?:type|name)?$|"
    r"sr_share|share$|guccounter|guce_|soc_|tsrc|traffic_source|sh$|sfnsn|__twitter|outputtype$|amp$|amp_|print$|desktop$|mobile$)",
    re.IGNORECASE,
)
"""Query parameters that say where a reader came from, not what is shown (the lists of courlan, ClearURLs and AdGuard, for news sites)."""
_HOME: Final = frozenset(
    {"news", "home", "main", "start", "index", "default", "homepage", "international", "edition", "front", "frontpage"}
)
_LANGUAGE: Final = re.compile(r"[a-z]{2}(?:[-_][a-z]{2})?", re.IGNORECASE)
_MOBILE_HOST: Final = re.compile(r"^(?:m|mobile|amp|touch|wap|mobi)\.(?=[^.]+\.)", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[\d.]+|.*:.*")
_AMP_PATH: Final = re.compile(r"/amp(?:\.html?)?/?$|(?<=/)amp/(?=.)|\.amp(?=\.html?$)|\.amp$", re.IGNORECASE)


@cache
def _domains() -> Any:
    """The public suffix list that the package brings along, private suffixes included; nothing is downloaded."""
    import tldextract

    return tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


@lru_cache(maxsize=50_000)
def registrable_domain(url: str) -> str | None:
    """`example.co.uk` of `https://news.example.co.uk/a`; the host itself where it is an address or a bare name; None without a host."""
    host = host_of(url)
    if host is None:
        return None
    known = _domains().extract_str(host).top_domain_under_public_suffix
    if known:
        return str(known)
    # not under a public suffix: an address, a bare name, or a private domain such as `news.internal`
    return host if _ADDRESS.fullmatch(host) else ".".join(host.split(".")[-2:])


def host_of(url: str) -> str | None:
    """The host in lower case, or None where `url` is no absolute http(s) URL."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return host.lower().rstrip(".") if host and parts.scheme.lower() in ("http", "https") else None


@lru_cache(maxsize=1024)  # a page's own address is asked for several times
def clean(url: str | None, base: str | None = None) -> str | None:
    """An absolute http(s) URL without tracking parameters and fragment, in canonical spelling; None where it is none."""
    if not url:
        return None
    try:
        joined = urljoin(base, url.strip()) if base else url.strip()
        if host_of(joined) is None:
            return None
        parts = urlsplit(canonicalize_url(joined, keep_fragments=False))
        query = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.search(k)])
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    host = (parts.hostname or "").lower().rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    default = {"http": 80, "https": 443}[parts.scheme]
    netloc = host if port in (None, default) else f"{host}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path or "/", query, ""))


def main_page(url: str) -> str:
    """The address of the main page for an AMP or mobile one, as far as the spelling tells."""
    parts = urlsplit(url)
    netloc = _MOBILE_HOST.sub("", parts.netloc)
    path = _AMP_PATH.sub("", parts.path) or "/"
    return urlunsplit((parts.scheme, netloc, path, parts.query, ""))


def has_article_path(url: str) -> bool:
    """Whether the URL can be an article's: more than a host, a language and a word for the home page."""
    parts = urlsplit(url)
    segments = [part.rsplit(".", 1)[0].lower() for part in parts.path.split("/") if part]
    return bool(parts.query) or not all(s in _HOME or _LANGUAGE.fullmatch(s) for s in segments)


def identity_key(url: str) -> str:
    """What two spellings of one address share: neither scheme nor `www.` nor a final slash counts."""
    parts = urlsplit(main_page(url))
    host = parts.netloc.removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}" + (f"?{parts.query}" if parts.query else "")

"""Folders, files and lists of URLs: what changed since it was committed, each once, also after a restart."""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from pipelines.context import RunContext
from pipelines.stream.files import Files
from pipelines.stream.options import StreamOptions
from pipelines.stream.polling import Listing, Polled, Poller
from pipelines.stream.watched import UnwatchableError, Watched, watched
from schemas import Locator

NOW = datetime(2026, 11, 24, tzinfo=UTC)
OLD = (NOW - timedelta(hours=1)).timestamp()


def write(path: Path, text: str | bytes, at: float = OLD) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    os.utime(path, (at, at))


@dataclass
class Looks:
    """Looks at one source; each `committed` unless a test says otherwise."""

    folder: Path
    given: str

    def __post_init__(self) -> None:
        self.seen = Listing(self.folder / "state" / "seen.sqlite")
        self.restart()
        self._numbers = count()

    def restart(self) -> None:
        self._poller = Poller(self.seen, None, settle=2.0)

    def poll(self, *, commit: bool = True) -> Polled:
        (source,) = watched(replace(OPTIONS, sources=(self.given,), root=self.folder))
        polled = self._poller.poll(source, NOW)
        if commit:
            self.seen.confirm(polled.run_id)
        return polled

    def names(self, *, commit: bool = True) -> list[str]:
        found = self.poll(commit=commit).found
        return [Path(row.uri).name if isinstance(row, Locator) else row.reason for row in found]


def _options() -> StreamOptions:
    from fetching import config

    return StreamOptions(sources=(), root=Path(), fetch=config())


OPTIONS = _options()


def test_a_file_is_listed_once_again_when_it_changed_and_not_after_a_restart(tmp_path: Path) -> None:
    looks = Looks(tmp_path, str(tmp_path / "news"))
    assert looks.names() == [], "a folder that is not there yet is empty"
    write(tmp_path / "news" / "a.html", "one")
    write(tmp_path / "news" / "deep" / "b.html", "two")
    write(tmp_path / "news" / ".hidden", "three")
    assert looks.names() == ["a.html", "b.html"]
    assert looks.names() == []
    looks.restart()
    assert looks.names() == []
    write(tmp_path / "news" / "a.html", "one and more")
    assert looks.names() == ["a.html"]


def test_what_was_not_committed_is_listed_again(tmp_path: Path) -> None:
    write(tmp_path / "news" / "a.html", "one")
    looks = Looks(tmp_path, str(tmp_path / "news"))
    assert looks.names(commit=False) == ["a.html"]
    assert looks.names() == ["a.html"]
    assert looks.names() == []


def test_a_file_that_is_being_written_waits_until_it_rests(tmp_path: Path) -> None:
    write(tmp_path / "a.html", "half", at=(NOW - timedelta(seconds=1)).timestamp())
    looks = Looks(tmp_path, str(tmp_path / "*.html"))
    assert looks.names() == []
    write(tmp_path / "a.html", "half and half")
    assert looks.names() == ["a.html"]


def test_a_full_folder_comes_in_parts(tmp_path: Path) -> None:
    for number in range(120):
        write(tmp_path / "news" / f"{number:03d}.html", "text")
    looks = Looks(tmp_path, str(tmp_path / "news"))
    parts = [looks.names() for _ in range(4)]
    assert [len(part) for part in parts] == [50, 50, 20, 0]
    assert len({name for part in parts for name in part}) == 120


def test_warc_files_are_watched_as_such(tmp_path: Path) -> None:
    write(tmp_path / "crawl" / "a.warc.gz", gzip.compress(b""))
    (found,) = Looks(tmp_path, f"warc:{tmp_path / 'crawl' / '*.warc.gz'}").poll().found
    assert isinstance(found, Locator)
    assert found.kind == "warc"


def test_a_list_of_urls_is_read_on_from_its_last_whole_line(tmp_path: Path) -> None:
    path = tmp_path / "urls.txt"
    looks = Looks(tmp_path, f"urls:{path}")
    assert looks.names() == []
    write(path, "# pages\nhttps://news.example/1\nhttps://news.example/2\nhttps://news.exa")
    assert looks.names() == ["1", "2"]
    assert looks.names() == []
    with path.open("a") as file:
        file.write("mple/3\nhttps://news.example/1\n\n")
    assert looks.names(commit=False) == ["3"]
    assert looks.names() == ["3"], "what was not committed is read again"
    write(path, "https://news.example/4\nhttps://news.example/1\n")
    assert looks.names() == ["4"], "a list that was rewritten is read from its start"
    write(path, "")
    assert looks.names() == []


def test_a_table_of_urls_is_read_anew_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "urls.csv"
    write(path, "url,published_at\nhttps://news.example/1,2026-11-01\n")
    looks = Looks(tmp_path, f"urls:{path}")
    assert looks.names() == ["1"]
    assert looks.names() == []
    write(path, "url,published_at\nhttps://news.example/1,2026-11-01\nhttps://news.example/2,2026-11-02\n")
    assert looks.names() == ["2"]


def test_a_disk_that_fails_is_an_error_of_the_poll_and_not_of_the_stream(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").mkdir()
    polled = Looks(tmp_path, f"urls:{tmp_path / 'urls.txt'}").poll()
    assert polled.error is not None
    assert "directory" in polled.error


def test_looking_at_known_files_asks_the_memory_only_once(tmp_path: Path) -> None:
    write(tmp_path / "a.html", "one")
    seen, context = Listing(tmp_path / "seen.sqlite"), RunContext(run_id="r", now=NOW)
    files = Files(str(tmp_path / "a.html"), 2.0)
    assert len(files.look(context, seen)) == 1
    seen.confirm("r")
    assert files.look(context, seen) == []
    seen.close()  # would raise now
    assert files.look(context, _Closed(tmp_path / "other.sqlite")) == []


class _Closed(Listing):
    def get(self, scope: str, key: str) -> None:
        raise AssertionError("it was asked")


@pytest.mark.parametrize(
    ("given", "remedy"), [("gdelt:2026-11-01/2026-11-02", "backfill"), ("-", "dyadwire ingest -"), ("raw:data/raw", "reextract")]
)
def test_what_has_an_end_is_refused_with_a_remedy(given: str, remedy: str) -> None:
    with pytest.raises(UnwatchableError, match=remedy):
        watched(replace(OPTIONS, sources=(given,)))
    with pytest.raises(UnwatchableError, match="sources"):
        watched(OPTIONS)


def test_a_list_of_feeds_is_each_of_its_feeds_and_none_is_watched_twice(tmp_path: Path) -> None:
    rows = [f'[[feed]]\nname = "N{n}"\nurl = "https://{n}.example/rss"\ncountry = "PAK"\nlanguage = "en"\n' for n in range(2)]
    (tmp_path / "feeds.toml").write_text("".join(rows))
    sources = (f"feeds:{tmp_path / 'feeds.toml'}", "feed:https://1.example/rss", "sitemap:https://1.example/", "news")
    assert watched(replace(OPTIONS, sources=sources)) == [
        Watched("feed:https://0.example/rss", "list", OPTIONS.feeds),
        Watched("feed:https://1.example/rss", "list", OPTIONS.feeds),
        Watched("sitemap:https://1.example/", "list", OPTIONS.sitemaps),
        Watched("news", "files", OPTIONS.files),
    ]

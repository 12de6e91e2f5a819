"""What stands on other pages of a site is learnt once, handed to a run as a file, and left out of the text."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.context import RunContext
from pipelines.normalize import normalize, normalizer_version
from pipelines.normalize.shared_lines import SharedLines, learn, shared_lines
from pipelines.rebuild import Versions
from pipelines.work import WorkOptions
from schemas import Article, Document, Locator, MediaType

CONTEXT = RunContext(run_id="20261124T000000Z-0000", now=datetime(2026, 11, 24, tzinfo=UTC))
ABOUT = "The Harbour Gazette is an independent paper that has reported on Kenya and Uganda since the year in which the port was built."
PLACES = ("Busia", "Malaba", "Kisumu", "Mombasa", "Jinja", "Tororo", "Eldoret")


def _story(place: str) -> list[str]:
    return [
        f"Kenya and Uganda opened a clearing office in {place} on Monday, a spokesman for the customs union said in a statement.",
        f"Drivers who came through {place} said that the wait had fallen from nine hours to three since the trial of last spring.",
        f"A second office is to follow in the district around {place} once the scanners that were ordered have arrived there.",
        f"Traders in {place} asked for longer hours, because most lorries reach the border in the evening and wait for the morning.",
    ]


def _url(place: str, site: str = "gazette.example") -> str:
    return f"https://www.{site}/2026/11/clearing-office-in-{place.lower()}"


def _learnt() -> SharedLines:
    return learn((_url(place), "\n\n".join([*_story(place), ABOUT])) for place in PLACES)


def _read(place: str, site: str, shared: SharedLines) -> str:
    return _article(place, site, shared).text


def _article(place: str, site: str, shared: SharedLines) -> Article:
    lines = [*_story(place), ABOUT]
    body = "".join(f"<p>{line}</p>" for line in lines)
    page = f"<html><head><title>An office for {place}</title></head><body><article>{body}</article></body></html>"
    document = Document(
        locator=Locator(kind="url", uri="x"), input="x", content=page.encode(), media_type=MediaType.HTML, url=_url(place, site)
    )
    article = normalize(document, CONTEXT, shared=shared)
    assert isinstance(article, Article), article
    return article


def test_a_line_of_several_stories_is_learnt_and_the_stories_own_paragraphs_are_not() -> None:
    of_site = _learnt().of(_url("Busia"))

    assert ABOUT in of_site
    assert not any(line in of_site for place in PLACES for line in _story(place))


def test_copies_and_revisions_of_one_story_count_once() -> None:
    copies = [(f"{_url('Busia')}-{i}", "\n\n".join([*_story("Busia"), ABOUT])) for i in range(20)]

    assert learn(copies) == SharedLines({})


def test_what_is_learnt_does_not_depend_on_the_order_of_the_pages() -> None:
    pages = [(_url(place), "\n\n".join([*_story(place), ABOUT])) for place in PLACES]
    orders = [random.Random(seed).sample(pages, len(pages)) for seed in range(5)]

    assert all(learn(order) == learn(pages) for order in orders)


def test_the_line_is_left_out_on_that_site_alone() -> None:
    shared = _learnt()

    here, elsewhere = _read("Busia", "gazette.example", shared), _read("Busia", "other.example", shared)

    assert here.split("\n\n") == _story("Busia")
    assert elsewhere.split("\n\n") == [*_story("Busia"), ABOUT]


def test_a_row_says_which_list_of_lines_made_it(tmp_path: Path) -> None:
    shared = _learnt()
    shared.write(tmp_path / "lines.csv")
    moved = SharedLines({f"other.{site}": lines for site, lines in shared.stories.items()})
    seen_more_often = SharedLines({site: dict.fromkeys(lines, 99) for site, lines in shared.stories.items()})

    version = normalizer_version(shared)

    assert _article("Busia", "gazette.example", shared).normalizer_version == version == f"{normalizer_version()}.{shared.digest}"
    assert Versions.today(WorkOptions(shared_lines=str(tmp_path / "lines.csv"))).normalizer == version
    assert normalizer_version(seen_more_often) == version
    assert len({version, normalizer_version(moved), normalizer_version()}) == 3
    assert normalizer_version(SharedLines()) == normalizer_version()


def test_a_page_becomes_the_same_whatever_was_read_before_it() -> None:
    shared = _learnt()
    first = {place: _read(place, "gazette.example", shared) for place in PLACES}
    later = {place: _read(place, "gazette.example", shared) for place in reversed(PLACES)}

    assert first == later


def test_the_list_survives_its_file_and_grows_by_what_is_learnt_later(tmp_path: Path) -> None:
    learnt = _learnt()
    # articles that were read with the list hold the line no more: what is learnt from them must not make it forgotten
    later = learn((_url(place), "\n\n".join(_story(place))) for place in PLACES)
    later.joined(learnt).write(tmp_path / "lines.csv")

    assert SharedLines.read(tmp_path / "lines.csv") == learnt
    assert (tmp_path / "lines.csv").read_bytes().startswith(b"# Lines")


def test_another_file_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf8")

    with pytest.raises(ValueError, match=r"other\.csv is no list of shared lines"):
        shared_lines(str(path))
    assert shared_lines(None) == SharedLines()

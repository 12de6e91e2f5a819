"""Which extractor is taken, and what is repaired in its text."""

from __future__ import annotations

from pipelines.normalize.blocks import blocks_of
from pipelines.normalize.maintext import Candidates, MainText, main_text
from pipelines.normalize.markup import parse

_A = [f"The ministers of both countries met for the {n} time on Monday and spoke about the border and its markets." for n in
      ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")]  # fmt: skip
_B = [f"Nothing of this {n} paragraph stands in the article; it is what another box of the page holds about cheese." for n in
      ("blue", "green", "brown", "grey", "white", "black", "red", "pink")]  # fmt: skip
_C = [f"A third box tells of {n} and of the people who like it, at some length, and nobody knows why it is there." for n in
      ("tennis", "chess", "rowing", "boxing", "judo", "fencing", "golf", "darts")]  # fmt: skip


def _choose(page: str, trafilatura: list[str], resiliparse: list[str], newspaper: list[str], json_ld: list[str] | None = None) -> MainText:
    candidates = Candidates(
        trafilatura=lambda: "\n\n".join(trafilatura),
        resiliparse=lambda: "\n\n".join(resiliparse),
        newspaper3k=lambda: "\n\n".join(newspaper),
        json_ld="\n\n".join(json_ld) if json_ld else None,
    )
    return main_text(candidates, blocks_of(parse(page)), ["Ministers meet"])


def _boxes(*boxes: tuple[str, list[str]]) -> str:
    return (
        "<html><body>"
        + "".join(f'<div class="{name}">{"".join(f"<p>{p}</p>" for p in box)}</div>' for name, box in boxes)
        + "</body></html>"
    )


def test_resiliparse_is_taken_alone_where_its_prose_stands_in_one_place() -> None:
    found = _choose(_boxes(("story", _A)), ["never asked"], ["Ministers meet", *_A], [])

    assert found.extractor == "resiliparse"
    assert found.text.split("\n\n") == _A
    assert len(found.voices) == 1


def test_newspaper3k_is_asked_where_the_others_disagree_and_decides() -> None:
    page = _boxes(*((f"x{i}", [p]) for i, p in enumerate([*_A, *_B, *_C])))

    found = _choose(page, _A[:5] + _B[:3], _C[:5] + _A[5:], _A[:6] + _B[:2])

    assert found.extractor == "newspaper3k"
    assert found.why.startswith("they disagree")


def test_lost_paragraphs_come_back_at_their_place() -> None:
    page = _boxes(("story", _A), ("other", _B[:2]), ("third", _C[:2]))

    found = _choose(page, [*_A[:3], *_A[5:]], [*_A, *_B[:2], *_C[:2]], [])

    assert found.text.split("\n\n") == _A
    assert "put back" in found.why


def test_whole_json_ld_is_taken_where_the_page_shows_it() -> None:
    page = _boxes(*((f"x{i}", [p]) for i, p in enumerate([*_A, *_B])))

    found = _choose(page, [*_A, *_B[:2]], [*_A, *_B], [], _A)

    assert (found.extractor, found.text.split("\n\n")) == ("json-ld", _A)


def test_an_extractor_that_fails_has_no_voice() -> None:
    def fails() -> str:
        raise ValueError("no tree")

    candidates = Candidates(
        trafilatura=fails, resiliparse=lambda: "\n\n".join([*_A, *_B]), newspaper3k=lambda: "\n\n".join(_A), json_ld=None
    )

    found = main_text(candidates, blocks_of(parse(_boxes(*((f"x{i}", [p]) for i, p in enumerate([*_A, *_B]))))), [])

    assert found.extractor in ("resiliparse", "newspaper3k")
    assert _A[0] in found.text


def test_links_boxes_and_repeats_go_and_lists_and_quotes_stay() -> None:
    page = (
        "<html><body><div class='s'>" + "".join(f"<p>{p}</p>" for p in _A[:4])
        + "<p><a href='/x'>Related: what the ministers ate</a></p><ul><li>A bridge at Taftan is to be built by the spring.</li></ul>"
        + "<blockquote>“We are neighbours,” she said.</blockquote>" + "".join(f"<p>{p}</p>" for p in _A[4:]) + "</div></body></html>"
    )  # fmt: skip
    lines = [
        *_A[:4],
        "Related: what the ministers ate",
        "A bridge at Taftan is to be built by the spring.",
        "“We are neighbours,” she said.",
        *_A[4:],
    ]

    found = _choose(page, lines, ["Ministers meet", *lines, "Sign up for our newsletter", "Follow us on Twitter for more"], [])

    assert found.text.split("\n\n") == [line for line in lines if not line.startswith("Related")]

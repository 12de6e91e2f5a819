"""The numbers of `make eval` are right: small cases by hand, and the sums as the annotated sets' own scorer prints them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.claims import Extractor
from pipelines.cli.output import json_line
from tests.evaluation import scoring, sets
from tests.evaluation.matching import same_place
from tests.evaluation.table import Measure, markdown, measured, missing

SHARED = Path(__file__).parents[2].parent / "shared"

SENTENCE = "Peru condemned Chile after the talks in Lima."


def gold(**changed: object) -> dict:
    return {
        "id": 0,
        "sentence": SENTENCE,
        "country_pair": "CHL-PER",
        "source_country": "PER",
        "target_country": "CHL",
        "types": ["ACCUSE"],
        "modality": ["asserted"],
        "reciprocal": False,
        "required": True,
    } | changed


def claim(**changed: object) -> dict:
    return {
        "source_country": "PER",
        "target_country": "CHL",
        "claim_type": "ACCUSE",
        "modality": "asserted",
        "speaker_country": None,
        "quantities": [],
        "event_start": None,
        "event_end": None,
        "evidence": SENTENCE,
        "confidence": 0.9,
    } | changed


@pytest.mark.parametrize(
    ("made", "right", "wrong"),
    [
        (claim(), 1, 0),
        (claim(claim_type="SUPPORT"), 0, 1),
        (claim(source_country="CHL", target_country="PER"), 0, 1),
        (claim(evidence="Something else was said on another day."), 0, 1),
        (claim(target_country="BOL"), 0, 1),
    ],
    ids=["as annotated", "another type", "the other way", "another place", "another pair"],
)
def test_a_claim_is_right_when_place_pair_direction_and_type_are(made: dict, right: int, wrong: int) -> None:
    score = scoring.score_article([gold()], [made])

    assert (score.right, score.wrong, score.required) == (right, wrong, 1)


def test_direction_does_not_matter_where_both_act() -> None:
    score = scoring.score_article([gold(reciprocal=True)], [claim(source_country="CHL", target_country="PER")])

    assert score.right == 1


def test_a_row_counts_once_and_a_second_claim_for_it_is_neither_right_nor_wrong() -> None:
    score = scoring.score_article([gold()], [claim(), claim()])

    assert (score.right, score.wrong) == (1, 0)


def test_an_optional_row_is_neither_asked_for_nor_held_against() -> None:
    score = scoring.score_article([gold(required=False)], [claim()])

    assert (score.right, score.wrong, score.required) == (0, 0, 0)


def test_half_a_sentence_more_is_the_same_place_and_a_whole_article_is_not() -> None:
    assert same_place(SENTENCE, SENTENCE + " It was late.")
    assert not same_place(SENTENCE, " ".join([SENTENCE, *["Nothing else happened that week."] * 5]))
    assert not same_place("", "")


def test_macro_f1_weighs_every_type_alike() -> None:
    hit, miss = (
        scoring.SentenceScore("AID", True, True, frozenset({"AID"})),
        scoring.SentenceScore("REJECT", True, False, frozenset({"AID"})),
    )

    # AID: precision 1/2, recall 1; REJECT: nothing
    assert scoring.type_macro_f1([hit, miss]) == pytest.approx((2 / 3 + 0) / 2)


def test_the_same_units_give_the_same_interval_and_it_holds_the_value() -> None:
    units = [True] * 70 + [False] * 30

    def share(verdicts: list[bool]) -> float:
        return sum(verdicts) / len(verdicts)

    first = measured("set", "right", share, units, "sentence")

    assert first == measured("set", "right", share, units, "sentence")
    assert first.value == 0.7
    assert first.low is not None
    assert first.high is not None
    assert 0.58 < first.low < 0.7 < first.high < 0.82


def test_a_set_that_is_missing_says_so_in_the_table() -> None:
    assert "not measured here" in markdown([missing("news-dev"), Measure("x", "y", 0.5)])


def test_without_the_shared_sets_quality_stays_as_it_is(tmp_path: Path) -> None:
    page = sets.SEEDS.parents[1] / "docs" / "quality.md"
    before = page.read_bytes()

    command = [sys.executable, "-m", "tests.evaluation", "--shared", str(tmp_path)]
    done = subprocess.run(command, cwd=sets.SEEDS.parents[1], capture_output=True, text=True, check=True)

    assert done.stdout.count("not measured here") >= 3
    assert "sample articles" in done.stdout
    assert page.read_bytes() == before


def test_the_annotations_of_the_samples_stand_in_the_samples() -> None:
    texts = {article.doc_id: article.text for article in sets.read_all([sets.SEEDS])}
    rows = [json.loads(line) for line in (sets.GOLD / "sample-articles.jsonl").read_text(encoding="utf8").splitlines()]

    assert {row["article"] for row in rows} == set(texts)
    assert [row["sentence"] for row in rows if "sentence" in row and row["sentence"].split(" — ")[-1] not in texts[row["article"]]] == []


def printed_by_their_scorer(what: str, gold_file: Path, found: dict[str, list[dict]], folder: Path) -> str:
    claims = folder / "claims.jsonl"
    claims.write_text("".join(json_line(c) + "\n" for of_document in found.values() for c in of_document), encoding="utf8")
    command = [sys.executable, str(SHARED / "gold" / "score.py"), what, "--gold", str(gold_file), "--claims", str(claims)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the annotated sets are not beside the checkout")
def test_the_sums_over_articles_are_those_of_the_annotated_sets_own_scorer(tmp_path: Path) -> None:
    extractor = Extractor()
    gold_file, text = SHARED / "gold" / "seed-claims.jsonl", SHARED / "seeds" / "iran-pakistan-visit.txt"

    printed = printed_by_their_scorer("articles", gold_file, sets.claims_by_document(extractor, [text]), tmp_path)
    (score,) = sets.article_scores(extractor, [text], sets.rows(gold_file))

    figures = re.search(r"P [\d.]+ \((\d+)/(\d+)\)  R [\d.]+ \((\d+)/(\d+)\)", printed)
    assert figures is not None
    assert tuple(map(int, figures.groups())) == (score.right, score.right + score.wrong, score.right, score.required)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the annotated sets are not beside the checkout")
def test_the_sums_over_sentences_are_those_of_the_annotated_sets_own_scorer(tmp_path: Path) -> None:
    gold_file = tmp_path / "relations.jsonl"
    gold_file.write_text("".join((SHARED / "gold" / "relations-dev.jsonl").read_text(encoding="utf8").splitlines(keepends=True)[:60]))
    rows = sets.rows(gold_file)
    found = sets.claims_by_document(Extractor(), [gold_file])

    printed = printed_by_their_scorer("relations", gold_file, found, tmp_path)
    scores = [scoring.score_sentence(row, found[row["id"]], {r["type"] for r in rows}) for row in rows]

    for name, measure in (
        ("pair found", scoring.pair_found),
        ("quad class right", scoring.quad_right),
        ("type macro-F1", scoring.type_macro_f1),
    ):
        assert re.search(rf"^{name}\s+{measure(scores):.3f}", printed, re.MULTILINE), printed

"""The extractor as a whole: what becomes of an article, offsets, identity, determinism, and any string at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.claims.extractor import MAX_CHARACTERS, Extractor
from schemas import CLAIM_TYPES, COUNTRIES, ExtractionStatus, Modality, Sector, to_dict
from tests.claims.articles import article

TEXT = (
    "Kenya and Uganda signed a trade agreement worth $20 million on Monday. The two countries also agreed to share intelligence.\n\n"
    "“We will not accept Tanzania's tariffs,” the Kenyan president said. Uganda, which imported 40,000 tonnes of maize from Kenya in 2023, "
    "condemned the Tanzanian decision. 🌍 Rwanda may impose sanctions on Burundi if talks fail."
)
PUBLISHED = datetime(2024, 5, 15, tzinfo=UTC)


def test_every_evidence_and_span_points_into_the_text(extractor: Extractor) -> None:
    claims = extractor.extract(article(TEXT, published=PUBLISHED)).claims

    assert len(claims) >= 5
    for claim in claims:
        assert TEXT[claim.evidence_start : claim.evidence_end] == claim.evidence
        assert all(0 <= s.start < s.end <= len(TEXT) for s in claim.spans)
        assert {"source", "target", "trigger"} <= {s.role for s in claim.spans}


def test_every_claim_keeps_to_the_closed_lists(extractor: Extractor) -> None:
    for claim in extractor.extract(article(TEXT, published=PUBLISHED)).claims:
        type_ = CLAIM_TYPES[claim.claim_type]
        assert (claim.claim_kind, claim.quad_class, claim.intensity) == (type_.kind, type_.quad_class, type_.intensity)
        assert claim.source_country != claim.target_country
        assert {claim.source_country, claim.target_country} <= COUNTRIES.keys()
        assert claim.country_pair == "-".join(sorted((claim.source_country, claim.target_country)))
        assert {claim.source_sector, claim.target_sector} <= set(Sector)
        assert claim.modality in set(Modality)
        assert 0 <= claim.confidence <= 1


def test_the_same_text_gives_the_same_rows(extractor: Extractor) -> None:
    first, second = (json.dumps([to_dict(c) for c in Extractor().extract(article(TEXT)).claims], default=str) for _ in range(2))

    assert first == second


def test_ids_differ_within_an_article_and_survive_a_new_version(extractor: Extractor) -> None:
    claims = extractor.extract(article(TEXT)).claims
    later = Extractor()
    later.version = "9.9.9+00000000"

    assert len({c.claim_id for c in claims}) == len(claims)
    assert [c.claim_id for c in later.extract(article(TEXT)).claims] == [c.claim_id for c in claims]


@pytest.mark.parametrize(
    ("text", "language", "status"),
    [
        (TEXT, "en", ExtractionStatus.EXTRACTED),
        (TEXT, None, ExtractionStatus.EXTRACTED),
        (TEXT, "fr", ExtractionStatus.UNSUPPORTED_LANGUAGE),
        ("Kenya's parliament met on Monday.", "en", ExtractionStatus.NO_PAIR),
        ("", "en", ExtractionStatus.NO_PAIR),
        ("x" * (MAX_CHARACTERS + 1), "en", ExtractionStatus.TOO_LONG),
    ],
)
def test_the_status_says_what_became_of_an_article(extractor: Extractor, text: str, language: str | None, status: ExtractionStatus) -> None:
    extraction = extractor.extract(article(text, language=language))

    assert extraction.status is status
    assert bool(extraction.claims) == (status is ExtractionStatus.EXTRACTED)


WORDS = st.sampled_from(
    "Kenya Uganda attacked the “ ” ' — signed with U.S. $3 billion on Monday . \n \u200b 🌍 not if Iran’s \x00 İ ﬁ ９".split(" ")
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=80).map(" ".join)))
def test_any_string_gives_claims_or_none(extractor: Extractor, text: str) -> None:
    for claim in extractor.extract(article(text, published=PUBLISHED)).claims:
        assert text[claim.evidence_start : claim.evidence_end] == claim.evidence


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.text(max_size=600), st.lists(WORDS, max_size=120).map(" ".join)))
def test_any_of_ten_thousand_strings_gives_claims_or_none(extractor: Extractor, text: str) -> None:
    for claim in extractor.extract(article(text, published=PUBLISHED)).claims:
        assert text[claim.evidence_start : claim.evidence_end] == claim.evidence


def test_a_text_without_a_full_stop_is_bounded(extractor: Extractor) -> None:
    text = ("Kenya and Uganda and Iran and Iraq said that " * 2300)[:100_000]

    extraction = extractor.extract(article(text))

    assert extraction.status is ExtractionStatus.EXTRACTED
    assert all(c.evidence_end - c.evidence_start <= 4000 for c in extraction.claims)


@pytest.mark.shared
def test_every_article_of_the_corpus_is_read_without_an_error(extractor: Extractor) -> None:
    corpus = Path(__file__).parents[2].parent / "shared" / "corpus" / "news-dev.jsonl"
    if not corpus.is_file():
        pytest.skip(f"{corpus} is not here")
    for line in corpus.read_text(encoding="utf8").splitlines():
        text = json.loads(line)["text"]
        assert all(text[c.evidence_start : c.evidence_end] == c.evidence for c in extractor.extract(article(text)).claims)

"""What refers back is resolved to the right country, and left alone where two compete."""

from __future__ import annotations

import pytest

from pipelines.claims import mentions, parse, references
from pipelines.claims.model import Mention, MentionKind, ParsedSentence
from schemas import Sector


@pytest.fixture(scope="module")
def parser() -> parse.Parser:
    return parse.Parser()


def _resolved(parser: parse.Parser, text: str, title: str | None = None) -> tuple[ParsedSentence, ...]:
    split = mentions.annotate(text)
    return references.resolve(tuple(parser.parse(split)), split, None, title)


def _all(parser: parse.Parser, text: str) -> list[Mention]:
    return [m for p in _resolved(parser, text) for m in p.mentions]


RESOLVED = [
    ("Kenya said it would help Uganda.", "it", "KEN"),
    ("Kenya tested its missile near Uganda.", "its missile", "KEN"),
    ("Kenya and its army chief praised Uganda.", "its army chief", "KEN"),
    ("Kenya’s president met the Ugandan envoy. He praised Uganda.", "He", "KEN"),
    ("Peruvian President Dina Boluarte met Chile's envoy. She smiled.", "She", "PER"),
    ("Kenya and Uganda signed a pact. They will trade.", "They", "KEN UGA"),
    ("Kenya and Uganda signed a pact. The two countries will trade.", "The two countries", "KEN UGA"),
    ("Kenya thanked Uganda. Both sides will meet again.", "Both sides", "KEN UGA"),
    ("Chad and Libya fell out after the former closed the road.", "the former", "TCD"),
    ("Ghana and Togo signed a pact. The latter will supply power.", "The latter", "TGO"),
    ("Zambian and Malawian officials met. The two governments will talk.", "The two governments", "ZMB MWI"),
    ("Kenya's reset with Uganda shows the country's weight.", "the country", "KEN"),
    ("Sweden warned that Kenyan jets flew over the country.", "the country", "SWE"),
    ("Kenya's defence minister said the country's navy would sail to Oman.", "the country's navy", "KEN"),
    ("Saudi Arabia warned Peru. The kingdom recalled its envoy.", "The kingdom", "SAU"),
    ("Taiwan thanked Palau. The island has few friends.", "The island", "TWN"),
    ("“We will not leave Mali,” French Defence Minister Florence Parly said.", "We", "FRA"),
    ("French Defence Minister Florence Parly spoke in Mali. “Our troops will stay,” she said.", "Our troops", "FRA"),
    ("Kenya's president called Uganda's president. The Kenyan leader thanked his counterpart.", "his counterpart", "UGA"),
    ("Kenya urged Uganda to free its prisoners.", "its prisoners", "UGA"),
    ("Tariffs hit India, and the U.S. wants it to cut oil imports.", "it", "IND"),
    ("NAIROBI (Reuters) - Kenya condemned Uganda's raid. The foreign ministry summoned the envoy.", "foreign ministry", "KEN"),
    ("An Ethiopian court freed a Kenyan pilot. Nairobi thanked the court.", "court", "ETH"),
    ("A Panama-flagged vessel left Oman. The vessel sank.", "The vessel", "PAN"),
    ("An Israeli surveillance company sold software to Oman.", "Israeli surveillance company", "ISR"),
    ("Malawi’s trade minister Grace Phiri met a Zambian team. Phiri said she was glad.", "she", "MWI"),
]


@pytest.mark.parametrize(("text", "words", "codes"), RESOLVED, ids=[f"{r[1]}: {r[0]}" for r in RESOLVED])
def test_a_reference_means_its_antecedent(parser: parse.Parser, text: str, words: str, codes: str) -> None:
    found = [m for m in _all(parser, text) if m.text == words]

    assert found, [m.text for m in _all(parser, text)]
    assert " ".join(found[-1].countries) == codes


UNRESOLVED = [
    ("It is likely that Kenya will help Uganda.", "It"),
    ("Seoul said it was the third launch this year, Tokyo agreed.", "it"),
    ("An analyst praised Kenya and Uganda. He was quoted at length.", "He"),
    ("“We will win,” a fan said in Kenya.", "We"),
    ("Kenya, Uganda, Rwanda and Peru met. The two countries will trade.", "The two countries"),
    ("Kenya, Uganda and Rwanda met. The latter will trade.", "The latter"),
    ("Kenya thanked the former Ugandan premier.", "the former"),
    ("The report angered Kenya. It was long.", "It"),
    ("Kenya’s president met Uganda’s president. The president smiled.", "president"),
]


@pytest.mark.parametrize(("text", "words"), UNRESOLVED, ids=[f"{r[1]}: {r[0]}" for r in UNRESOLVED])
def test_a_reference_that_means_nothing_or_two_is_left_alone(parser: parse.Parser, text: str, words: str) -> None:
    assert words not in [m.text for m in _all(parser, text)]


def test_the_antecedent_is_kept(parser: parse.Parser) -> None:
    text = "Kenya thanked Uganda. The two countries will trade."
    pair = next(m for m in _all(parser, text) if m.kind is MentionKind.DESCRIPTION)

    assert sorted(text[a:b] for a, b in pair.antecedents) == ["Kenya", "Uganda"]


def test_a_modifier_in_a_list_takes_the_role_of_the_list(parser: parse.Parser) -> None:
    found = {m.text: m.sector for m in _all(parser, "Zambian and Malawian officials met.")}

    assert found["Zambian"] is Sector.GOVERNMENT


def test_every_token_of_a_resolved_mention_leads_to_it(parser: parse.Parser) -> None:
    (parsed,) = _resolved(parser, "Kenya and its army chief praised Uganda.")

    assert [t.text for t in parsed.doc if parsed.by_token.get(t.i) and parsed.by_token[t.i].text == "its army chief"] == [
        "its",
        "army",
        "chief",
    ]


def test_sentences_that_were_not_parsed_still_give_antecedents(parser: parse.Parser) -> None:
    split = mentions.annotate("Kenya thanked Uganda. The two countries will trade.")
    (parsed,) = references.resolve(tuple(parser.parse(split[1:])), split, None, None)

    assert [m.countries for m in parsed.mentions] == [("KEN", "UGA")]


def test_a_long_text_is_read_in_linear_time(parser: parse.Parser) -> None:
    from time import process_time

    one = "Kenya thanked Uganda. It said the two countries will trade. "
    parsed_short, parsed_long = (tuple(parser.parse(mentions.annotate(one * n))) for n in (40, 320))
    times = []
    for parsed in (parsed_short, parsed_long):
        split = [p.sentence for p in parsed]
        begin = process_time()
        references.resolve(parsed, split, None, None)
        times.append(process_time() - begin)

    assert times[1] < 8 * 6 * times[0]

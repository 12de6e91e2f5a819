"""Classes of language: whatever shape the clause has, the same claim comes out, and nothing that is not there."""

from __future__ import annotations

import pytest

from pipelines.claims import rulecheck
from pipelines.claims.extractor import Extractor

FOUND = [
    # class, sentence, claims that must be among those found
    ("active", "Kenya attacked Uganda.", ["KEN ASSAULT UGA asserted"]),
    ("passive", "Uganda was attacked by Kenya.", ["KEN ASSAULT UGA asserted"]),
    ("possessive noun", "Kenya's attack on Uganda shocked the region.", ["KEN ASSAULT UGA"]),
    ("adjective and noun", "The Kenyan attack on Uganda shocked the region.", ["KEN ASSAULT UGA"]),
    ("noun with by", "The attack by Kenya on Uganda shocked the region.", ["KEN ASSAULT UGA"]),
    ("support verb", "Kenya carried out an attack on Uganda.", ["KEN ASSAULT UGA"]),
    ("instrument as subject", "A Kenyan missile hit a Ugandan school.", ["KEN ASSAULT UGA"]),
    ("relative clause", "Kenya, which attacked Uganda last year, has apologised.", ["KEN ASSAULT UGA"]),
    ("participle", "Missiles fired by Kenya struck a Ugandan port.", ["KEN ASSAULT UGA"]),
    ("conjunction of objects", "Japan condemned the Chinese and Russian flights.", ["JPN ACCUSE CHN", "JPN ACCUSE RUS"]),
    ("conjunction of subjects", "Japan and Chile condemned Peru's decision.", ["JPN ACCUSE PER", "CHL ACCUSE PER"]),
    ("judged act", "Norway condemned Sudan's attack on Chad.", ["NOR ACCUSE SDN", "SDN ASSAULT TCD"]),
    ("reciprocal with", "Spain signed an agreement with Morocco.", ["ESP AGREE MAR"]),
    ("reciprocal and", "Spain and Morocco signed an agreement.", ["ESP AGREE MAR"]),
    ("reciprocal of three", "Spain, Morocco and Tunisia signed an agreement.", ["ESP AGREE MAR", "ESP AGREE TUN", "MAR AGREE TUN"]),
    ("hyphened pair", "Spain-Morocco relations have soured.", ["ESP TIES_BAD MAR"]),
    ("mediation", "Oman mediated between Iran and Qatar.", ["OMN CONSULT IRN", "OMN CONSULT QAT"]),
    ("ally in apposition", "China, a close ally of Laos, sent a delegation.", ["CHN ALLIANCE LAO"]),
    ("said it would", "Canada said it would impose tariffs on Brazil.", ["CAN SANCTION BRA planned"]),
    ("refusal", "Canada will not lift its ban on Brazilian beef.", ["CAN REJECT BRA asserted"]),
    ("denial", "Canada did not attack Brazil.", ["CAN ASSAULT BRA denied"]),
    ("hedge", "Canada may impose sanctions on Brazil.", ["CAN SANCTION BRA hedged"]),
    ("condition", "If talks fail, Canada will impose sanctions on Brazil.", ["CAN SANCTION BRA conditional"]),
    ("measure", "Finland announced a grant of four million euros for Nepal.", ["FIN AID NPL"]),
    ("nominalised light verb", "Canada announced a suspension of aid to Mali.", ["CAN SANCTION MLI"]),
    (
        "the agent of several participles",
        "A Chinese engineer was kidnapped and later freed by gunmen in Pakistan.",
        ["PAK COERCE CHN", "PAK RETREAT CHN"],
    ),
    ("a companion", "Along with Kenya, Rwanda condemned Uganda.", ["KEN ACCUSE UGA", "RWA ACCUSE UGA"]),
    ("joining in", "Belgium joined the Netherlands in condemning Chad.", ["BEL ACCUSE TCD", "NLD ACCUSE TCD"]),
    ("the teller's own towns", "Chad's army said Sudanese jets had bombed two towns.", ["SDN ASSAULT TCD"]),
    ("the accuser's own loss", "Nepal accused India of imposing a blockade that emptied its shops.", ["IND COERCE NPL"]),
    ("a threat for a case", "If Mali shells our posts again, Niger's air force will bomb its bases.", ["NER THREATEN MLI asserted"]),
    (
        "a target named before",
        "Belarus tore up its visa deal with Latvia and recalled its ambassador.",
        ["BLR REJECT LVA", "BLR SANCTION LVA"],
    ),
    ("a target named later", "Austria apologised for the massacre and offered Slovenia a memorial.", ["AUT SUPPORT SVN"]),
    ("a purpose", "Australia's premier telephoned the Indonesian president to express his condolences.", ["AUS SUPPORT IDN"]),
    ("a role of several", "The leaders of Mali, Niger and Chad signed a treaty.", ["MLI AGREE NER", "MLI AGREE TCD", "NER AGREE TCD"]),
    (
        "a list after a comma",
        "Saudi Arabia, Egypt and Bahrain severed links with Qatar.",
        ["SAU SANCTION QAT", "EGY SANCTION QAT", "BHR SANCTION QAT"],
    ),
    ("an adjective of stance", "Anti-Chinese riots broke out in Hanoi and two other Vietnamese cities.", ["VNM PROTEST CHN"]),
    ("whom they work for", "Hackers working for Iran broke into the network of a Danish port.", ["IRN COERCE DNK"]),
    ("where a firm has its seat", "Two firms based in Dubai sold rifles to Sudan.", ["ARE COOPERATE SDN"]),
    ("who held them", "Six Nigerian sailors held by Guinea were set free.", ["GIN RETREAT NGA"]),
    ("the speaker's government", "Japan's trade minister said the government would ban fish from Peru.", ["JPN SANCTION PER planned"]),
    ("what it called", "Kenya protested at what it called Uganda's expansionist plans.", ["KEN ACCUSE UGA"]),
    ("a condition without if", "Tehran threatened to close the strait should Washington add sanctions.", ["IRN THREATEN USA"]),
    ("between, far from its noun", "Tensions have been running high between Ankara and Athens.", ["TUR TIES_BAD GRC"]),
    ("a passive after a preposition", "A Vietnamese boat sank after being rammed by a Chinese vessel.", ["CHN ASSAULT VNM"]),
    ("a shared thing", "Botswana and Namibia scrapped visas.", ["BWA CONCEDE NAM"]),
]

NOT_FOUND = [
    ("the victim is not the accused", "Bolivia condemned the attack on Chile.", ["BOL ACCUSE CHL", "CHL ACCUSE BOL"]),
    ("direction of the passive", "Uganda was attacked by Kenya.", ["UGA ASSAULT KEN"]),
    ("the condemner does not attack", "Norway condemned Sudan's attack on Chad.", ["NOR ASSAULT TCD", "NOR ASSAULT SDN"]),
    ("a meeting's place", "The ministers of Peru and Chile met in Geneva, Switzerland.", ["PER CONSULT CHE", "CHL CONSULT CHE"]),
    ("the parties of a mediation", "Oman mediated between Iran and Qatar.", ["IRN CONSULT QAT"]),
    ("agreed is not done", "Germany agreed to lend Greece two billion euros.", ["DEU AID GRC"]),
    (
        "an accuser is not always the victim",
        "The American president accused Serbian forces of a massacre in a village.",
        ["SRB ASSAULT USA"],
    ),
    ("who tells of a tanker", "The American navy said Iran had seized a tanker.", ["IRN COERCE USA"]),
    ("a place before a deed", "Suspects in the Nairobi bombing were tried in the Netherlands.", ["KEN ASSAULT NLD"]),
    ("a stance is not the doer", "Anti-Chinese riots broke out in Hanoi and two other Vietnamese cities.", ["CHN PROTEST VNM"]),
    ("any deed is none yet", "Laos would pay a price for any attack on Vietnam, Thailand's general said.", ["LAO ASSAULT VNM"]),
    ("beside in another clause", "Exports from Brazil rose while those from Argentina stagnated.", ["BRA TRADE ARG"]),
    ("a condition about oneself", "Canada will impose sanctions on Brazil if its parliament agrees.", ["CAN THREATEN BRA"]),
    ("one country alone", "Kenya attacked corruption in its courts.", ["KEN ASSAULT UGA"]),
]


@pytest.mark.parametrize(("text", "claims"), [c[1:] for c in FOUND], ids=[c[0] for c in FOUND])
def test_a_class_of_language_gives_its_claims(extractor: Extractor, text: str, claims: list[str]) -> None:
    found = rulecheck.claims_of(extractor, text)

    assert set(claims) <= found, found


@pytest.mark.parametrize(("text", "claims"), [c[1:] for c in NOT_FOUND], ids=[c[0] for c in NOT_FOUND])
def test_what_is_not_said_is_not_found(extractor: Extractor, text: str, claims: list[str]) -> None:
    assert not set(claims) & rulecheck.claims_of(extractor, text)


def test_an_act_that_a_text_comes_back_to_has_its_owner(extractor: Extractor) -> None:
    text = "North Korea fired a missile on Friday. Japan called an emergency session. Tokyo strongly condemned the launch."

    assert "JPN ACCUSE PRK" in rulecheck.claims_of(extractor, text)


def test_an_act_of_two_possible_owners_stays_open(extractor: Extractor) -> None:
    text = "Missile tests by North Korea and Iran took place. Japan condemned the launch."

    assert not {"JPN ACCUSE PRK", "JPN ACCUSE IRN"} & rulecheck.claims_of(extractor, text)

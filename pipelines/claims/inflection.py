"""The forms that an English word takes in a text: too many rather than too few, for choosing sentences before anything is parsed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")


def words(text: str) -> frozenset[str]:
    """The lower-cased words of a text; those with hyphens also in pieces ("asylum-seeker", "asylum", "seeker")."""
    found = {word.lower() for word in _WORD.findall(text)}
    return frozenset(found.union(*(word.split("-") for word in found if "-" in word)))


def forms(lemma: str) -> tuple[str, ...]:
    """A lower-cased lemma with its inflections, regular and irregular; some of them no English ("goed")."""
    found = [
        lemma,
        lemma + "s",
        lemma + "es",
        lemma + "ed",
        lemma + "d",
        lemma + "ing",
        lemma + lemma[-1] + "ed",
        lemma + lemma[-1] + "ing",
    ]
    if lemma.endswith("e"):
        found.append(lemma[:-1] + "ing")
    if lemma.endswith("y"):
        found += [lemma[:-1] + "ies", lemma[:-1] + "ied"]
    if lemma.endswith("man"):
        found.append(lemma[:-3] + "men")
    found += _IRREGULAR.get(lemma, ())
    return tuple(dict.fromkeys(found))


_VERBS: Final = """
be is are was were been am|bear bore borne|beat beaten|begin began begun|bend bent|bind bound|bite bit bitten|bleed bled|blow blew blown
break broke broken|bring brought|build built|buy bought|catch caught|choose chose chosen|cling clung|come came|creep crept|deal dealt
dig dug|do did does done|draw drew drawn|drive drove driven|eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought|find found
flee fled|fling flung|fly flew flown|forbid forbade forbidden|forget forgot forgotten|forgive forgave forgiven|forgo forwent forgone
freeze froze frozen|get got gotten|give gave given|go went gone goes|grow grew grown|hang hung|have has had having|hear heard
hide hid hidden|hold held|keep kept|know knew known|lay laid|lead led|leave left|lend lent|lie lay lain lying|light lit|lose lost
make made|mean meant|meet met|mislead misled|overcome overcame|overfly overflew overflown|override overrode overridden
oversee oversaw overseen|overtake overtook overtaken|overthrow overthrew overthrown|pay paid|plead pled|rebuild rebuilt|repay repaid
resell resold|retake retook retaken|ride rode ridden|ring rang rung|rise rose risen|run ran running|say said|see saw seen|seek sought
sell sold|send sent|shake shook shaken|shoot shot|show shown|shrink shrank shrunk|sing sang sung|sink sank sunk|sit sat|sling slung
speak spoke spoken|speed sped|spend spent|spin spun|spring sprang sprung|spy spied|stand stood|steal stole stolen|stick stuck|sting stung
strike struck stricken|strive strove|swear swore sworn|sweep swept|swing swung|take took taken|teach taught|tear tore torn|tell told
think thought|throw threw thrown|undergo underwent undergone|understand understood|undertake undertook undertaken|uphold upheld|wage waging
wear wore worn|win won|wind wound|withdraw withdrew withdrawn|withhold withheld|withstand withstood|write wrote written|burn burnt
ally allies allied|let letting|put putting|set setting|cut cutting|hit hitting|shut shutting|quit quitting|bid bidding|rid ridding
"""
_NOUNS: Final = """
child children|person people|woman women|man men|foot feet|tooth teeth|crisis crises|thief thieves|wife wives|life lives|half halves
leaf leaves|knife knives|shelf shelves|loaf loaves|memorandum memoranda|datum data|medium media|criterion criteria|basis bases
analysis analyses|embargo embargoes|veto vetoes|cargo cargoes|hero heroes|torpedo torpedoes
"""
_IRREGULAR: Final[Mapping[str, tuple[str, ...]]] = {
    listed[0]: tuple(listed[1:]) for entry in (_VERBS + _NOUNS).replace("\n", "|").split("|") if (listed := entry.split())
}

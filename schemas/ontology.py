"""The closed lists of the codebook: claim types with quad class and intensity, modality, sectors, units and roles.

Event types and quad classes are PLOVER's (Halterman, Bagozzi, Beger, Schrodt, Scarborough: PLOVER and POLECAT, 2023).
Intensities are the Goldstein values that the CAMEO scale gives the root category which PLOVER carried over into each type.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ClaimKind(StrEnum):
    """Whether a claim tells of a deed or of a state."""

    EVENT = "event"
    RELATION = "relation"


class QuadClass(StrEnum):
    """PLOVER's four quadrants: verbal or material, cooperation or conflict."""

    VERBAL_COOPERATION = "verbal_cooperation"
    MATERIAL_COOPERATION = "material_cooperation"
    VERBAL_CONFLICT = "verbal_conflict"
    MATERIAL_CONFLICT = "material_conflict"


class Modality(StrEnum):
    """How sure the text is that it is so, in the order of precedence: the first that applies is taken."""

    DENIED = "denied"
    CONDITIONAL = "conditional"
    HEDGED = "hedged"
    PLANNED = "planned"
    ASSERTED = "asserted"


class Sector(StrEnum):
    """What an actor is within its country; `state` is the country by name alone."""

    GOVERNMENT = "government"
    HEAD_OF_STATE = "head_of_state"
    EXECUTIVE = "executive"
    LEGISLATURE = "legislature"
    JUDICIARY = "judiciary"
    MILITARY = "military"
    POLICE = "police"
    INTELLIGENCE = "intelligence"
    PARTY = "party"
    OPPOSITION = "opposition"
    REBEL = "rebel"
    BUSINESS = "business"
    STATE_COMPANY = "state_company"
    CENTRAL_BANK = "central_bank"
    MEDIA = "media"
    CIVIL_SOCIETY = "civil_society"
    RELIGIOUS = "religious"
    EDUCATION = "education"
    CIVILIAN = "civilian"
    STATE = "state"


class Quote(StrEnum):
    """Whether a speaker's words are given as they were, or retold."""

    DIRECT = "direct"
    INDIRECT = "indirect"


class Precision(StrEnum):
    """How exactly the text dates an event."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    UNKNOWN = "unknown"


class Unit(StrEnum):
    """Units of a quantity, after conversion to the base magnitude."""

    CURRENCY = "currency"
    PERCENT = "percent"
    PEOPLE = "people"
    ITEM = "item"
    KM = "km"
    M = "m"
    KM2 = "km2"
    T = "t"
    BARREL = "barrel"
    BPD = "bpd"
    KWH = "kWh"
    M3 = "m3"
    YEAR = "year"
    MONTH = "month"
    DAY = "day"
    HOUR = "hour"
    OTHER = "other"


class QuantityRole(StrEnum):
    """What a quantity is for its claim."""

    CURRENT = "current"
    PREVIOUS = "previous"
    TARGET = "target"
    CHANGE = "change"
    LIMIT = "limit"
    TOTAL = "total"
    CASUALTIES = "casualties"


class SpanRole(StrEnum):
    """What a marked stretch of the article was read as."""

    SOURCE = "source"
    TARGET = "target"
    TRIGGER = "trigger"
    MODALITY = "modality"
    SPEAKER = "speaker"
    QUANTITY = "quantity"
    TIME = "time"
    ANTECEDENT = "antecedent"


class ExtractionStatus(StrEnum):
    """What became of an article in the claims step."""

    EXTRACTED = "extracted"
    NO_PAIR = "no_pair"
    UNSUPPORTED_LANGUAGE = "unsupported_language"
    TOO_LONG = "too_long"
    FAILED = "failed"


@dataclass(frozen=True)
class ClaimType:
    """A type of the codebook. `intensity` is on the Goldstein scale, -10 to 10; None for relations."""

    name: str
    kind: ClaimKind
    quad_class: QuadClass | None
    intensity: float | None
    meaning: str


_VC, _MC, _VX, _MX = QuadClass.VERBAL_COOPERATION, QuadClass.MATERIAL_COOPERATION, QuadClass.VERBAL_CONFLICT, QuadClass.MATERIAL_CONFLICT
_E, _R = ClaimKind.EVENT, ClaimKind.RELATION

CLAIM_TYPES: Final[dict[str, ClaimType]] = {
    t.name: t
    for t in (
        ClaimType("AGREE", _E, _VC, 4.0, "agrees to, signs, settles with"),
        ClaimType("CONSULT", _E, _VC, 1.0, "meets, visits, calls, negotiates with, mediates for"),
        ClaimType("SUPPORT", _E, _VC, 3.5, "praises, endorses, defends, recognises, apologises to"),
        ClaimType("CONCEDE", _E, _VC, 5.0, "gives way to in words or law"),
        ClaimType("COOPERATE", _E, _MC, 6.0, "works, trades, trains, shares intelligence with"),
        ClaimType("AID", _E, _MC, 7.0, "gives money, goods, arms, shelter to"),
        ClaimType("RETREAT", _E, _MC, 9.0, "withdraws from, stops force against, releases people of"),
        ClaimType("REQUEST", _E, _VX, -5.0, "asks or demands something of"),
        ClaimType("ACCUSE", _E, _VX, -2.0, "criticises, condemns, accuses, sues, blames"),
        ClaimType("REJECT", _E, _VX, -4.0, "refuses, rejects, vetoes, breaks off"),
        ClaimType("THREATEN", _E, _VX, -6.0, "threatens, warns of consequences"),
        ClaimType("PROTEST", _E, _MX, -6.5, "demonstrates against"),
        ClaimType("SANCTION", _E, _MX, -8.0, "sanctions, tariffs, bans, expels, cuts ties with"),
        ClaimType("MOBILIZE", _E, _MX, -7.2, "raises its armed readiness against"),
        ClaimType("COERCE", _E, _MX, -7.0, "seizes, arrests, blockades, spies on, hacks, occupies"),
        ClaimType("ASSAULT", _E, _MX, -10.0, "uses armed or physical force against"),
        ClaimType("ALLIANCE", _R, None, None, "are allies, partners, bloc members with a duty to each other"),
        ClaimType("TIES_GOOD", _R, None, None, "have good, improving or strengthening relations"),
        ClaimType("TIES_BAD", _R, None, None, "have bad, strained or worsening relations; are at war, hostile, rivals"),
        ClaimType("TRADE", _R, None, None, "trade, invest, depend on each other economically"),
        ClaimType("TERRITORY", _R, None, None, "share or dispute a border, water, territory"),
    )
}


class RejectionStage(StrEnum):
    """The stage that could not go on with an input."""

    DISCOVER = "discover"
    FETCH = "fetch"
    NORMALIZE = "normalize"
    EXTRACT = "extract"
    STORE = "store"


REJECTION_REASONS: Final[dict[RejectionStage, frozenset[str]]] = {
    RejectionStage.DISCOVER: frozenset(
        {"not_found", "unreadable", "unknown_scheme", "bad_source", "empty", "failed"},
    ),
    RejectionStage.FETCH: frozenset(
        {"not_found", "unreadable", "empty", "too_large", "bad_record", "robots", "blocked_address", "http_4xx", "http_5xx"}
        | {
            "timeout",
            "connection",
            "not_html",
            "tls",
            "dns",
            "redirects",
            "bad_url",
            "decompression",
            "headers",
            "circuit_open",
            "paywall",
            "failed",
        },
    ),
    RejectionStage.NORMALIZE: frozenset(
        {
            "binary",
            "bad_json",
            "missing_text",
            "no_text",
            "too_deep",
            "too_large",
            "index_page",
            "video_page",
            "consent_wall",
            "paywall_stub",
        }
        | {"error_page", "failed"},
    ),
    RejectionStage.EXTRACT: frozenset({"failed"}),
    RejectionStage.STORE: frozenset({"failed"}),
}

"""Rules, lexicons and weights do not change behind the version's back."""

from __future__ import annotations

from pipelines.claims import extractor_version
from tests.claims.record_version import RECORD


def test_the_digest_moves_only_with_a_recorded_version() -> None:
    recorded = RECORD.read_text(encoding="utf8").strip()

    assert extractor_version() == recorded, (
        f"rules, lexicons or weights changed: {recorded} became {extractor_version()}; raise RELEASE in pipelines/version.py "
        "(or, before a release, keep it) and run python -m tests.claims.record_version"
    )

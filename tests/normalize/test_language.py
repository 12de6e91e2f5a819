"""The language of a text, down to a sentence."""

from __future__ import annotations

import pytest

from pipelines.normalize.language import language_of

CASES = [
    ("Lithuania summoned the Russian ambassador over naval activities.", "en"),
    ("Turkish police searched Ankara, Izmir, Adana, Bursa and Konya for Kurdish militants.", "en"),
    ("Kazakh President Kassym-Jomart Tokayev met Uzbek President Shavkat Mirziyoyev in Samarkand.", None),
    ("Le ministre français des Affaires étrangères s'est rendu lundi à Alger pour une visite de deux jours.", "fr"),
    ("Der Kanzler empfing am Montag den polnischen Ministerpräsidenten in Berlin.", "de"),
    ("El presidente de México se reunió con su homólogo de Chile en Santiago.", "es"),
    ("De premier was maandag in Brussel voor overleg met zijn Belgische collega.", "nl"),
    ("Министр иностранных дел прибыл в Анкару с рабочим визитом.", "ru"),
    (
        "外交部长周一在北京会见了巴基斯坦代表团，双方就贸易、边境安全以及地区局势交换了意见，并签署了两项合作协议，双方还同意继续保持密切沟通。",
        "zh",
    ),
    ("Yes.", None),
    ("12 34 56", None),
]


@pytest.mark.parametrize(("text", "language"), CASES)
def test_the_language_of_a_sentence(text: str, language: str | None) -> None:
    assert language_of(text) == language

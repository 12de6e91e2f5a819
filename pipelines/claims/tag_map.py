"""What spaCy's attribute ruler says of a token, remembered.

The model's ruler turns tags into parts of speech and sets some lemmas by matching its patterns on every sentence, a good part of the
time of parsing. Nearly all of them look at one token's tag, lower-cased form and dependency alone, so the answer for such a triple is
kept. Sentences with what the few wider patterns look at go through the ruler as ever. A test holds both against each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from spacy.language import Language

if TYPE_CHECKING:
    from spacy.tokens import Doc, MorphAnalysis, Token

NAME: Final = "attribute_ruler"
_WIDER: Final = frozenset({"ai", "gon", "got", "let", "c'm", "y", "y'"})
"""Forms with which a pattern over two tokens begins; another one begins with an expletive ("there is")."""


class RememberingRuler:
    """Takes the place of an attribute ruler that stands behind tagger and parser."""

    def __init__(self, ruler: Callable[[Doc], Doc]) -> None:
        self._ruler = ruler
        self._known: dict[tuple[int, int, int], tuple[int, MorphAnalysis, int]] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Sets part of speech, morphology and, where the ruler has one, the lemma of each token."""
        if any(token.is_space or token.lower_ in _WIDER or token.dep_ == "expl" for token in doc):
            return self._ruler(doc)
        keys = [(token.tag, token.lower, token.dep) for token in doc]
        if not all(key in self._known for key in keys):
            self._ruler(doc)
            self._known.update((key, _answer(token)) for key, token in zip(keys, doc, strict=True))
            return doc
        for token, key in zip(doc, keys, strict=True):
            pos, morph, lemma = self._known[key]
            token.pos = pos
            token.morph = morph
            if lemma:
                token.lemma = lemma
        return doc


@Language.factory("remembering_ruler")
def _build(nlp: Language, name: str) -> RememberingRuler:
    return RememberingRuler(nlp.get_pipe(NAME))


def remember(nlp: Language) -> None:
    """Lets a pipeline's attribute ruler remember."""
    nlp.add_pipe("remembering_ruler", after=NAME)
    nlp.disable_pipe(NAME)


def _answer(token: Token) -> tuple[int, MorphAnalysis, int]:
    return token.pos, token.morph, token.lemma

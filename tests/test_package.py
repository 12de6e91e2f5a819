"""The wheel holds what it needs and nothing else, and works in an environment of its own, away from the checkout."""

from __future__ import annotations

import os
import shutil
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]

STORY = "The Peruvian foreign minister visited Chile on 3 March 2026. Peru and Chile signed a fisheries agreement."

READ = """
from pipelines.dataset import read
table = read("data", "claims", pair="CHL-PER").to_table()
assert table.num_rows >= 2, table.num_rows
import pipelines
print(pipelines.__file__)
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what git knows or would add, so that nothing stale gets in."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=PROJECT, capture_output=True, check=True
    )
    for name in listed.stdout.decode().split("\0"):
        if name and (PROJECT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, source / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("dyadwire-*.whl"))


def test_data_files_are_inside_and_tests_are_not(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    data = [
        str(p.relative_to(PROJECT))
        for package in ("schemas", "pipelines")
        for p in (PROJECT / package).rglob("*")
        if p.is_file() and p.suffix not in {".py", ".pyc"} and "__pycache__" not in p.parts
    ]

    assert [d for d in data if d not in names] == []
    assert sorted({name.split("/")[0] for name in names if ".dist-info/" not in name}) == ["flows", "pipelines", "schemas"]
    assert [name for name in names if "tests" in Path(name).parts or Path(name).name.startswith("test_")] == []


def test_the_wheel_works_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    """Without reinstalling the dependencies: the new environment borrows the running one's, the checkout itself left out."""
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=False)
    packages = next((environment / "lib").glob("python3*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    (packages / "borrowed.pth").write_text("\n".join(p for p in site.getsitepackages() if p.endswith("site-packages")))

    use(environment / "bin" / "python", tmp_path)


@pytest.mark.slow
def test_the_wheel_works_with_the_lock_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
    subprocess.run([*pip, "--require-hashes", "--requirement", str(PROJECT / "requirements.lock")], check=True)
    subprocess.run([*pip, str(wheel)], check=True)
    subprocess.run([str(python), "-m", "pip", "check"], check=True)

    use(python, tmp_path)


def use(python: Path, folder: Path) -> None:
    """Ingest, show and read from a folder that is not the checkout."""
    work = folder / "elsewhere"
    work.mkdir()
    (work / "story.txt").write_text(STORY, encoding="utf8")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "DYADWIRE_"))}

    def call(*arguments: str) -> str:
        done = subprocess.run([str(python), *arguments], cwd=work, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    call("-m", "pipelines.cli.main", "ingest", "story.txt", "--root", "data")
    assert "AGREE" in call("-m", "pipelines.cli.main", "show", "Peru-Chile", "--root", "data")
    assert call("-c", READ).strip().startswith(str(folder))

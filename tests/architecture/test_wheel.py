"""What is installed is what was written: the built wheel, as a typed program meets it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("hatchling", reason="the wheel's builder is not installed: pip install -e '.[dev]'")

ROOT = Path(__file__).resolve().parents[2]


def _run(*command: str | Path, cwd: Path = ROOT) -> str:
    run = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "MYPYPATH")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as pip would build it."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder)
    [found] = folder.glob("classify_sdk-*.whl")
    return found


def test_the_wheel_holds_the_package_and_says_that_it_is_typed(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    tracked = {path.relative_to(ROOT).as_posix() for path in (ROOT / "classify").rglob("*.py")}
    assert "classify/py.typed" in held
    assert tracked <= held
    assert not {name for name in held if name.startswith(("tests/", "schemas/", "docs/"))}


def test_the_wheel_makes_a_store(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r}); "
        "from classify.access import Store; from classify.access.replay import verify_store; "
        "store = Store.open('access.db'); print(verify_store(store)[0].size, sys.modules['classify'].__file__)"
    )
    said = _run(sys.executable, "-P", "-c", code, cwd=tmp_path)
    assert said.strip() == f"1 {tmp_path / 'installed' / 'classify' / '__init__.py'}"


def test_the_readmes_examples_are_typed_for_who_installs_the_wheel(wheel: Path, tmp_path: Path) -> None:
    _run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv")
    python = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    paths = _run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    installed = Path(paths.strip())
    zipfile.ZipFile(wheel).extractall(installed)
    # What the package itself needs comes from here; mypy takes no package from the folder that it runs in.
    (installed / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    program = tmp_path / "example.py"
    program.write_text("\n".join(examples) + "\nreveal_type(exposure.label)\n", encoding="utf-8")
    command = (sys.executable, "-m", "mypy", "--strict", "--python-executable", python, "--config-file", os.devnull)
    said = _run(*command, program, cwd=tmp_path)
    assert 'Revealed type is "classify.labels.label.Label"' in said

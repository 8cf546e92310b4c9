"""House rules a machine can check."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ["accounts", "sites", "devices", "access", "firmware", "billing", "logs", "provisioning", "smartplus"]
FILES = sorted(path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
DOMAIN = [
    path for path in FILES if {"models", "queries", "services", "tasks"} & {path.stem, path.parent.name}
]
FACES = [
    path for path in FILES if {"views", "forms", "tables", "filters", "api"} & {path.stem, path.parent.name}
]
TASKS = [path for path in FILES if path.stem == "tasks"]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def of_each(paths: list[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """One test that makes a check of every file, and names all files that fail it."""

    def made(check: Callable[[Path], None]) -> Callable[[], None]:
        def test() -> None:
            wrong = []
            for path in paths:
                try:
                    check(path)
                except AssertionError as error:
                    wrong.append(f"{short(path)}: {error}")
            assert wrong == []

        return test

    return made


@of_each([*FILES, *TESTS])
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


@of_each(FILES)
def test_functions_stay_small(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or node.lineno) - node.lineno < 40, f"{node.name} in line {node.lineno}"


@of_each(FILES)
def test_modules_say_what_they_are_for(path: Path) -> None:
    if path.name == "__init__.py" and not path.read_text().strip():
        return
    if path.name != "apps.py":
        assert ast.get_docstring(ast.parse(path.read_text()))


@of_each(TEMPLATES)
def test_templates_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 120


def test_the_median_template_is_short() -> None:
    sizes = sorted(len(path.read_text().splitlines()) for path in TEMPLATES)
    assert sizes[len(sizes) // 2] < 20


@of_each(TEMPLATES)
def test_templates_keep_to_the_content_policy(path: Path) -> None:
    if path.parent.name == "emails":
        return  # mail readers know no style sheets
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\b(src|nonce)=)", path.read_text())


@of_each(FACES)
def test_faces_never_reach_past_the_scope(path: Path) -> None:
    """`.objects` may only be the starting point of a choice, which the form narrows."""
    if path.is_relative_to(ROOT / "smartplus" / "kernel"):
        return
    tree = ast.parse(path.read_text())
    choices = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "").startswith("Model")
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in {"objects", "_base_manager"}
            and id(node) not in choices
        ):
            raise AssertionError(f"{short(path)}:{node.lineno} asks for rows directly")


@of_each(FILES)
def test_no_model_signals(path: Path) -> None:
    source = path.read_text()
    assert "django.db.models.signals" not in source
    assert "@receiver" not in source


@of_each(DOMAIN)
def test_domain_code_knows_nothing_of_http(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        module = getattr(node, "module", "") or ""
        assert not module.startswith(
            ("django.http", "django.shortcuts", "django.views", "smartplus.kernel.pages")
        )


@of_each(TASKS)
def test_tasks_are_reminders(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            body = [
                step
                for step in node.body
                if not (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
            ]
            assert (node.end_lineno or 0) - body[0].lineno < 5, f"{node.name}: ids in, one service called"


@of_each(TESTS)
def test_tests_neither_sleep_nor_skip(path: Path) -> None:
    if path.name in {"waiting.py", "test_architecture.py"}:
        return
    source = path.read_text()
    assert not re.search(r"\bsleep\(", source)
    assert not re.search(r"pytest\.skip\(|mark\.skip|mark\.xfail|importorskip", source)


def test_apps_form_a_ladder() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [lint, "--config", ROOT / "pyproject.toml"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout[-3000:]

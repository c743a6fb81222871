"""How the code is laid out, counted, and held to limits: ``make house``.

For every folder: its boxes (modules and folders with modules), the arrows between them (A -> B: something in A imports
something in B), and whether any of them form a circle. Then the longest module, the longest function, and variables
named by a participle, which name no thing. Exit code 1 if a limit is passed.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("dataset", "benchmark", "baselines", "leaderboard")
SCRIPTS = ("speed", "scripts")
"""Folders beside the packages whose modules are held to the same limits."""
MOST_BOXES = 17
MOST_ARROWS = 55
LONGEST_MODULE = 350
LONGEST_FUNCTION = 80
PARTICIPLES = frozenset(
    ("asked", "chosen", "found", "given", "heard", "held", "kept", "known", "made", "said", "shown", "told", "wanted")
)


@dataclass(frozen=True)
class Folder:
    """One folder of a package.

    Attributes:
        name: dotted.
        boxes: its modules and folders.
        arrows: pairs of them, importer first.
        circles: boxes that can be reached from themselves.
    """

    name: str
    boxes: frozenset[str]
    arrows: frozenset[tuple[str, str]]
    circles: tuple[str, ...]


@dataclass(frozen=True)
class Function:
    """A function or method, and how many lines it has."""

    place: str
    lines: int


def read_modules(root: Path) -> dict[str, tuple[Path, ast.Module]]:
    """Dotted name -> file and syntax tree of every module of the packages; a package stands for its ``__init__``."""
    modules = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
            modules[name] = path, ast.parse(path.read_text(encoding="utf-8"), str(path))
    return modules


def read_scripts(root: Path) -> dict[str, tuple[Path, ast.Module]]:
    """The same for the modules beside the packages, by their paths."""
    paths = [path for folder in SCRIPTS for path in sorted((root / folder).glob("*.py"))]
    return {
        str(path.relative_to(root)): (path, ast.parse(path.read_text(encoding="utf-8"), str(path))) for path in paths
    }


def imports_of(name: str, path: Path, tree: ast.Module, modules: Mapping[str, object]) -> Iterator[str]:
    """Modules of ours that a module imports, anywhere in it."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*above, *filter(None, [node.module])])
            targets = {f"{source}.{alias.name}" for alias in node.names} & modules.keys()
            yield from targets or {source} & modules.keys()


def read_folders(modules: Mapping[str, tuple[Path, ast.Module]]) -> list[Folder]:
    """Every folder of the packages with its boxes and arrows."""
    imports = {
        (name, target) for name, (path, tree) in modules.items() for target in imports_of(name, path, tree, modules)
    }
    names = sorted({name.rpartition(".")[0] for name in modules} - {""})
    return [_folder(name, modules, imports) for name in names]


def _folder(name: str, modules: Mapping[str, object], imports: set[tuple[str, str]]) -> Folder:
    def box_of(module: str) -> str | None:
        return module.removeprefix(f"{name}.").split(".")[0] if module.startswith(f"{name}.") else None

    boxes = frozenset(box for box in map(box_of, modules) if box)
    lifted = ((box_of(importer), box_of(target)) for importer, target in imports)
    arrows = frozenset((a, b) for a, b in lifted if a and b and a != b)
    return Folder(name, boxes, arrows, tuple(sorted(box for box in boxes if box in _reachable(box, arrows))))


def _reachable(start: str, arrows: frozenset[tuple[str, str]]) -> set[str]:
    targets = defaultdict(set)
    for importer, target in arrows:
        targets[importer].add(target)
    seen: set[str] = set()
    stack = [start]
    while stack:
        new = targets[stack.pop()] - seen
        seen |= new
        stack += new
    return seen


def read_functions(modules: Mapping[str, tuple[Path, ast.Module]]) -> list[Function]:
    """All functions, the longest first."""
    functions = [
        Function(
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1
        )
        for path, tree in modules.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return sorted(functions, key=lambda function: -function.lines)


def participles(path: Path, tree: ast.Module) -> Iterator[str]:
    """Places where a variable or an argument is named by a participle; fields of classes are not counted."""
    fields = {
        target
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        for target in ast.walk(statement)
        if isinstance(statement, ast.Assign | ast.AnnAssign)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in fields:
            name = node.id
        elif isinstance(node, ast.arg):
            name = node.arg
        else:
            continue
        if name.strip("_") in PARTICIPLES:
            yield f"{path.relative_to(ROOT)}:{node.lineno} {name}"


def main() -> int:
    """Print the counts; 1 if one of them passes its limit."""
    modules = read_modules(ROOT)
    problems = []
    write = sys.stdout.write
    write(f"{'folder':38s} {'boxes':>5s} {'arrows':>6s}  circles\n")
    for folder in read_folders(modules):
        row = f"{folder.name:38s} {len(folder.boxes):5d} {len(folder.arrows):6d}  {', '.join(folder.circles)}"
        write(row.rstrip() + "\n")
        if len(folder.boxes) > MOST_BOXES or len(folder.arrows) > MOST_ARROWS or folder.circles:
            problems.append(f"{folder.name}: at most {MOST_BOXES} boxes, {MOST_ARROWS} arrows, and no circle")
    modules |= read_scripts(ROOT)
    lengths = sorted(
        ((path.read_text(encoding="utf-8").count("\n"), path) for path, _ in modules.values()), reverse=True
    )
    functions = read_functions(modules)
    names = [place for path, tree in modules.values() for place in participles(path, tree)]
    write(f"\n{len(modules)} modules, the longest: {lengths[0][1].relative_to(ROOT)}, {lengths[0][0]} lines\n")
    write(f"{len(functions)} functions, the longest: {functions[0].place}, {functions[0].lines} lines\n")
    write(f"{len(names)} variables named by a participle\n")
    problems += [
        f"{path.relative_to(ROOT)}: {count} lines, at most {LONGEST_MODULE}"
        for count, path in lengths
        if count > LONGEST_MODULE
    ]
    problems += [
        f"{one.place}: {one.lines} lines, at most {LONGEST_FUNCTION}"
        for one in functions
        if one.lines > LONGEST_FUNCTION
    ]
    problems += [f"{place}: name the thing, not what was done with it" for place in names]
    write("".join(f"{problem}\n" for problem in ["", *problems]) if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

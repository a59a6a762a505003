"""Write the part of the AWS provider's schema that `infra/` uses, from the generated bindings in npm's @cdktn/provider-aws.

HashiCorp publishes the provider's binary where no package registry leads. The bindings are generated from its schema and still carry all
of it: flags in comments, types in the calls that convert to HCL.

    python infra/tests/extract_schema.py     # fetches the package with npm, reads infra/**/*.tf, writes infra/tests/schema/
"""

import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

INFRA = Path(__file__).resolve().parents[1]
PACKAGE = "@cdktn/provider-aws@25.7.0"
SCHEMA = INFRA / "tests" / "schema" / "aws-6.66.0.json"

_USES = re.compile(r'^\s*(resource|data|ephemeral)\s+"(aws_\w+)"', re.MULTILINE)
_KINDS = {"resource": "resource_schemas", "data": "data_source_schemas", "ephemeral": "ephemeral_resource_schemas"}
_FOLDERS = {"resource": "", "data": "data-aws-", "ephemeral": "ephemeral-aws-"}

_CLASS = re.compile(r"^class (\w+) extends (\S+) \{(.*?)^\}", re.MULTILINE | re.DOTALL)
_TO_HCL = re.compile(r"^function (\w+)ToHclTerraform\(struct\) \{(.*?)^\}", re.MULTILINE | re.DOTALL)
_ENTRY = re.compile(
    r'^\s+(\w+): \{\s*value: (.*?),\s*isBlock: (?:true|false),\s*type: "(\w+)",\s*storageClassType: "(\w+)",\s*\}',
    re.MULTILINE | re.DOTALL,
)
_FLAGS = re.compile(
    r"// (\w+) - computed: (true|false), optional: (true|false), required: (true|false)\n"
    r"(.*?)(?=\n    // \w+ - computed|\n    // =+|\Z)",
    re.DOTALL,
)
_PRIMITIVES = {"string": "string", "number": "number", "boolean": "bool", "any": "dynamic"}
_READERS = {
    "getStringAttribute": "string",
    "getNumberAttribute": "number",
    "getBooleanAttribute": "bool",
    "getStringMapAttribute": ["map", "string"],
    "getNumberMapAttribute": ["map", "number"],
    "getBooleanMapAttribute": ["map", "bool"],
}


class Binding:
    """One generated file: a resource, a data source or the provider itself, and its nested structures."""

    def __init__(self, path: Path) -> None:
        text = path.read_text().partition("//# sourceMappingURL")[0]
        self._structs = {_capital(m[1]): _ENTRY.findall(m[2]) for m in _TO_HCL.finditer(text)}
        self._classes = {m[1]: m[3] for m in _CLASS.finditer(text)}
        main = next(m for m in _CLASS.finditer(text) if re.search(r"\.Terraform\w+$", m[2]))
        self._body = main[3]
        self._entries = _ENTRY.findall(self._body[self._body.find("synthesizeHclAttributes") :])

    def block(self, struct: str | None = None, *, is_value: bool = False) -> dict[str, Any]:
        """A block's attributes and nested blocks; as a value, what is nested is an object in an attribute."""
        entries = self._entries if struct is None else self._structs.get(struct, [])
        body = self._body if struct is None else self._classes.get(f"{struct}OutputReference", "")
        flags = {name: (_flags(*marks), code) for name, *marks, code in _FLAGS.findall(body)}
        attributes: dict[str, Any] = {}
        blocks: dict[str, Any] = {}
        for name, value, kind, storage in entries:
            marks = flags.get(name, ({"optional": True}, ""))[0]
            written = _primitive(storage, kind)
            if written is not None:
                attributes[name] = _attribute(name, written, marks)
                continue
            nested = self._nested(value, storage)
            mapper = re.search(r"(?:listMapperHcl|hashMapperHcl)\(\w+, (true|false)\)", value)
            if kind == "map":
                attributes[name] = _attribute(name, ["map", self._object(nested)], marks)
            elif is_value or (mapper and mapper[1] == "false"):
                collection = "set" if kind == "set" else "list"
                attributes[name] = _attribute(name, [collection, self._object(nested)], marks)
            else:
                blocks[name] = _nested_block(self.block(nested), kind, is_single=not mapper, marks=marks)
        for name, (marks, code) in flags.items():
            if name not in attributes and name not in blocks:
                attributes[name] = _attribute(name, self._read_type(code), marks)
        return {"attributes": attributes, "block_types": blocks}

    def _nested(self, value: str, storage: str) -> str:
        call = re.search(r"(\w+)ToHclTerraform", re.sub(r"cdktn\.\w+", "", value))
        name = _capital(call[1]) if call else ""
        return name if name in self._structs else re.sub(r"(List|Map)$", "", storage)

    def _object(self, struct: str) -> list[Any]:
        inner = self.block(struct, is_value=True)["attributes"]
        return ["object", {name: attribute["type"] for name, attribute in inner.items()}]

    def _read_type(self, code: str) -> Any:
        """The type of an attribute that cannot be written, from how it is read."""
        if mapped := re.search(r"new cdktn\.(String|Number|Boolean|Any)Map(List)?\(", code):
            plain = ["map", _PRIMITIVES[mapped[1].lower()]]
            return ["list", plain] if mapped[2] else plain
        if nested := re.search(r'new (\w+?)(List|Map|OutputReference)\(this, "\w+"(?:, (true|false))?', code):
            inner = self._object(nested[1])
            if nested[2] == "OutputReference":
                return inner
            return ["map" if nested[2] == "Map" else "set" if nested[3] == "true" else "list", inner]
        collection = "set" if "Fn.tolist" in code else "list"
        reader = re.search(r"this\.(get\w+Attribute)", code)
        if reader and reader[1] in {"getListAttribute", "getNumberListAttribute"}:
            return [collection, "number" if "Number" in reader[1] else "string"]
        return _READERS.get(reader[1], "dynamic") if reader else "dynamic"


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


def _flags(computed: str, optional: str, required: str) -> dict[str, bool]:
    marks = {"computed": computed, "optional": optional, "required": required}
    return {name: True for name, value in marks.items() if value == "true"}


def _primitive(storage: str, kind: str) -> Any:
    found = re.fullmatch(r"(string|number|boolean|any)((?:Map|List)*)", storage)
    if not found:
        return None
    written: Any = _PRIMITIVES[found[1]]
    wrappers = re.findall("Map|List", found[2])
    for place, wrapper in enumerate(wrappers, start=1):
        is_outer_set = kind == "set" and place == len(wrappers)
        written = ["map" if wrapper == "Map" else "set" if is_outer_set else "list", written]
    return written


def _attribute(name: str, written: Any, marks: dict[str, bool]) -> dict[str, Any]:
    is_write_only = name.endswith("_wo") and "computed" not in marks
    return {"type": written, **marks, **({"write_only": True} if is_write_only else {})}


def _nested_block(inner: dict[str, Any], kind: str, *, is_single: bool, marks: dict[str, bool]) -> dict[str, Any]:
    if kind == "struct":
        return {"block": inner, "nesting_mode": "single"}
    limits = {"max_items": 1} if is_single else {}
    return {"block": inner, "nesting_mode": kind, **limits, **({"min_items": 1} if marks.get("required") else {})}


def used_types() -> set[tuple[str, str]]:
    files = [path for path in INFRA.rglob("*.tf") if ".terraform" not in path.parts]
    return {found for path in files for found in _USES.findall(path.read_text())}


def extract(library: Path) -> dict[str, Any]:
    provider = Binding(library / "provider" / "index.js").block()
    provider["attributes"].pop("alias", None)
    for attribute in provider["attributes"].values():
        attribute.pop("required", None)
    found: dict[str, Any] = {"provider": provider, **{section: {} for section in _KINDS.values()}}
    for kind, name in sorted(used_types()):
        folder = library / (_FOLDERS[kind] + name.removeprefix("aws_").replace("_", "-"))
        if not (folder / "index.js").exists():
            sys.exit(f"{kind} {name}: AWS provider 6.66.0 has none")
        found[_KINDS[kind]][name] = Binding(folder / "index.js").block()
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True, text=True
        ).stdout.split()[-1]
        with tarfile.open(Path(folder) / packed) as archive:
            archive.extractall(folder, filter="data")
        schema = extract(Path(folder) / "package" / "lib")
    SCHEMA.parent.mkdir(exist_ok=True)
    SCHEMA.write_text(json.dumps(schema, separators=(",", ":"), sort_keys=True) + "\n")
    print(", ".join(f"{len(schema[section])} {section}" for section in _KINDS.values()), f"-> {SCHEMA.name}")


if __name__ == "__main__":
    main()

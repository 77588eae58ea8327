"""The API's description, docs/openapi.yaml, as the tests use it: to hold replies against it, and to make requests."""
import functools
import gzip
import json
import pathlib
import urllib.parse

import jsonschema
import yaml

FILE = pathlib.Path(__file__).parent.parent.parent / "docs" / "openapi.yaml"
METHODS = ("get", "post", "put", "patch", "delete")
# What a server may answer to any request before it is known what it asks for.
BEFORE_ROUTING = {400, 404, 405, 408, 417, 431, 501, 503}


@functools.cache
def document():
    return yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def resolve(part):
    """What a part says, or the one that it refers to."""
    while "$ref" in part:
        here = document()
        for name in part["$ref"].removeprefix("#/").split("/"):
            here = here[name]
        part = here
    return part


class Operation:
    def __init__(self, method, path, item):
        self.method, self.path, self.item = method.upper(), path, item[method]
        self.parameters = [resolve(one) for one in item.get("parameters", []) + self.item.get("parameters", [])]
        self.responses = {int(status): resolve(one) for status, one in self.item["responses"].items()}
        self.schemes = {name for option in self.item["security"] for name in option}

    @property
    def name(self):
        return f"{self.method} {self.path}"

    def body_schema(self, kind="application/json"):
        content = self.item.get("requestBody", {}).get("content", {})
        return content[kind]["schema"] if kind in content else None

    def example(self):
        return self.item["requestBody"]["content"].get("application/json", {}).get("example")

    def target(self, value="1"):
        """The path with a value in the place of each parameter."""
        parts = [urllib.parse.quote(value, safe="") if part.startswith("{") else part for part in self.path.split("/")]
        return "/".join(parts)


@functools.cache
def operations():
    return tuple(Operation(method, path, item) for path, item in document()["paths"].items() for method in METHODS
                 if method in item)


@functools.cache
def operation_of(method, path):
    """The operation that a request is for, literal segments before parameters; none for a path or method that is not."""
    given = [urllib.parse.unquote(part, errors="replace") for part in path.split("?")[0].rstrip("/").split("/")]

    def fits(pattern):
        parts = pattern.rstrip("/").split("/")
        return len(parts) == len(given) and all(part == one or (part.startswith("{") and one)
                                                for part, one in zip(parts, given))

    found = [one for one in operations() if one.method == ("GET" if method == "HEAD" else method) and fits(one.path)]
    return min(found, key=lambda one: [part.startswith("{") for part in one.path.split("/")], default=None)


@functools.lru_cache(maxsize=None)
def validator(key):
    method, path, status, kind = key
    operation = operation_of(method, path)
    schema = operation.responses[status]["content"][kind]["schema"]
    return jsonschema.Draft202012Validator({"components": document()["components"], **schema})


def content_of(reply):
    packed = reply.headers.get("content-encoding") == "gzip"
    return json.loads(gzip.decompress(reply.body) if packed else reply.body)


ERROR = jsonschema.Draft202012Validator({"components": document()["components"], "$ref": "#/components/schemas/Error"})


def check(method, path, reply):
    """Fails unless the reply is one that the description has."""
    operation = operation_of(method, path)
    where = f"{method} {path}: {reply}"
    if operation is None or (reply.status not in operation.responses and reply.status in BEFORE_ROUTING):
        if method not in ("OPTIONS", "HEAD"):
            ERROR.validate(reply.json)
        return
    assert reply.status in operation.responses, f"undocumented status: {where}"
    described = operation.responses[reply.status]
    for name, header in described.get("headers", {}).items():
        assert not header.get("required") or name.lower() in reply.headers, f"no {name}: {where}"
    kind = reply.headers.get("content-type", "").split(";")[0]
    content = described.get("content", {})
    if not content:
        assert reply.body == b"", f"an undocumented body: {where}"
        return
    assert kind in content, f"undocumented type {kind!r}: {where}"
    if kind == "application/json" and method != "HEAD":
        errors = list(validator((operation.method, operation.path, reply.status, kind)).iter_errors(content_of(reply)))
        assert not errors, f"{errors[0].message} at {list(errors[0].absolute_path)}: {where}"

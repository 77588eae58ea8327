"""Writes an OpenAPI file in YAML as JSON: openapi_json.py FROM TO."""
import json
import sys

try:
    import yaml
except ImportError:
    sys.exit("PyYAML is missing for this Python. Install python3-yaml, and configure with "
             "-DPython3_EXECUTABLE=/usr/bin/python3 if another Python comes first.")

with open(sys.argv[1], encoding="utf-8") as source:
    document = yaml.load(source, Loader=yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader)
with open(sys.argv[2], "w", encoding="utf-8") as target:
    json.dump(document, target, ensure_ascii=False, separators=(",", ":"))

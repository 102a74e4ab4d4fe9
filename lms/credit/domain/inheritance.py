"""A region's file says only what differs from its parent; here it becomes complete."""

from collections.abc import Mapping

Node = Mapping[str, object]

# Replaced whole, never mixed: a minimum of the parent beside minima of the child would be a rule that nobody wrote.
REPLACED_WHOLE = ("hours.categories", "hours.groups")
# Said by each file for itself; a child that leaves them out has none.
OWN = ("code", "version", "name", "region_code", "parent", "effective_from", "effective_until")
INHERIT = "inherit"


class UnknownParent(ValueError):
    """A rule set names a parent that does not exist, or is its own ancestor."""


def is_leaf(node: object) -> bool:
    """Is this a value with its source, and not a table of more?"""
    return isinstance(node, Mapping) and "v" in node


def resolve(code: str, files: Mapping[str, Node]) -> dict[str, object]:
    """Return the rule set `code` with every leaf it does not state itself taken from its parent.

    A leaf taken over carries `inherited_from`, the code of the file that states it. A leaf `{v: inherit}` takes the
    parent's value and keeps its own note: the text was looked at, and is silent. Raises UnknownParent.
    """
    return _resolve(code, files, ())


def _resolve(code: str, files: Mapping[str, Node], seen: tuple[str, ...]) -> dict[str, object]:
    if code not in files:
        raise UnknownParent(f"there is no rule set “{code}”")
    if code in seen:
        raise UnknownParent(f"“{code}” is its own ancestor: {' → '.join((*seen, code))}")
    own = files[code]
    parent_code = str(own.get("parent") or "")
    if not parent_code:
        return {key: _plain(node) for key, node in own.items()}
    parent = _resolve(parent_code, files, (*seen, code))
    rules = {key: node for key, node in own.items() if key not in OWN}
    inherited = {key: node for key, node in parent.items() if key not in OWN}
    merged = _merge(rules, inherited, parent_code, "")
    return {key: own[key] for key in OWN if key in own} | merged


def _merge(own: Node, parent: Node, parent_code: str, path: str) -> dict[str, object]:
    merged: dict[str, object] = {}
    for key in [*parent, *(key for key in own if key not in parent)]:
        here = f"{path}.{key}".lstrip(".")
        if key not in own:
            merged[key] = _marked(parent[key], parent_code)
        elif key not in parent or here in REPLACED_WHOLE:
            merged[key] = _plain(own[key])
        else:
            merged[key] = _joined(own[key], parent[key], parent_code, here)
    return merged


def _joined(own: object, parent: object, parent_code: str, path: str) -> object:
    if not is_leaf(own) and isinstance(own, Mapping) and isinstance(parent, Mapping) and not is_leaf(parent):
        return _merge(own, parent, parent_code, path)
    if is_leaf(own) and isinstance(own, Mapping) and isinstance(parent, Mapping) and own["v"] == INHERIT:
        said = {key: own[key] for key in ("quote", "note") if key in own}
        marked = _marked(parent, parent_code)
        return {**marked, **said} if isinstance(marked, dict) else marked
    return _plain(own)


def _marked(node: object, parent_code: str) -> object:
    if isinstance(node, (list, tuple)):
        return [_marked(child, parent_code) for child in node]
    if not isinstance(node, Mapping):
        return node
    if is_leaf(node):
        return {"inherited_from": parent_code, **node}
    return {key: _marked(child, parent_code) for key, child in node.items()}


def _plain(node: object) -> object:
    if isinstance(node, (list, tuple)):
        return [_plain(child) for child in node]
    return {key: _plain(child) for key, child in node.items()} if isinstance(node, Mapping) else node

"""The tools as LangChain sees them: a name, a docstring, a JSON schema, and one way to run."""

from collections.abc import Mapping
from typing import Any, cast

from langchain.tools import ToolRuntime
from langchain_core.tools import StructuredTool
from langchain_core.utils.json_schema import dereference_refs
from pydantic import BaseModel

from agent.turn import Turn

Schemas = Mapping[str, type[BaseModel]]


def registered() -> dict[str, type[BaseModel]]:
    """The argument models of the tools that are built."""
    from tools.registry import REGISTRY

    return {name: tool.args for name, tool in REGISTRY.items()}


def toolbox(schemas: Schemas) -> list[StructuredTool]:
    """One tool per schema. Arguments are validated by `call_tool` alone, so that every call is audited."""
    return [_tool(name, args) for name, args in schemas.items()]


def _tool(name: str, args: type[BaseModel]) -> StructuredTool:
    def run(runtime: ToolRuntime[Turn, Any], **arguments: Any) -> tuple[str, dict[str, Any]]:
        return runtime.context.call(name, arguments, runtime.tool_call_id or name)

    description = " ".join((args.__doc__ or name).split())
    return StructuredTool(
        name=name,
        description=description,
        args_schema={**json_schema(args), "title": name, "description": description},
        func=run,
        response_format="content_and_artifact",
    )


def json_schema(args: type[BaseModel]) -> dict[str, Any]:
    """The schema a model is shown: references resolved, without titles, null alternatives and defaults of null."""
    schema = dereference_refs(args.model_json_schema())
    return {key: value for key, value in _plain(schema).items() if key in {"type", "properties", "required"}}


def _plain(node: Any) -> Any:
    if isinstance(node, list):
        return [_plain(one) for one in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    schema = {
        key: _plain_value(key, value)
        for key, value in cast("dict[str, Any]", node).items()
        if key != "title" or isinstance(value, dict)
    }
    if schema.get("default", ...) is None:
        del schema["default"]
    alternatives = [one for one in schema.pop("anyOf", []) if one != {"type": "null"}]
    if len(alternatives) == 1:
        return {**alternatives[0], **schema}
    return {**({"anyOf": alternatives} if alternatives else {}), **schema}


def _plain_value(key: str, value: Any) -> Any:
    if key == "properties":
        return {name: _plain(one) for name, one in value.items()}
    return _plain(value)

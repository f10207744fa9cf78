"""One API out of the routers of all houses. A house joins by having an api.py with `router`."""

from __future__ import annotations

import json
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ninja import NinjaAPI
from ninja.renderers import JSONRenderer

from hengjian.config.houses import STOREYS, dotted

from . import problems

DESCRIPTION = (
    "衡鉴开放接口。公开接口只读公示投影：不在公示期内的信息、自然人的信息不会出现在任何回答中。"
    "需要权限的接口用登录会话。错误一律为 application/problem+json（RFC 9457）。"
)


class ReadableJSON(JSONRenderer):
    """Chinese as Chinese, not as escapes: half the bytes, and readable in a terminal."""

    json_dumps_params: Any = {"ensure_ascii": False}


class HouseAPI(NinjaAPI):
    """Adds to every described operation the problems it may answer with."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(*args, **kwargs)
        document = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = document
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, title in problems.ANSWERS.items():
                    answer = {"description": title, "content": content}
                    operation["responses"][status] = answer
        return schema


def build() -> NinjaAPI:
    """The assembled API. Its own pages for reading are switched off: they would need scripts from elsewhere."""
    api = HouseAPI(
        title="衡鉴 Hengjian",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        urls_namespace="api",
        renderer=ReadableJSON(),
    )
    for house in (name for storey in STOREYS for name in dotted(storey) if name != "hengjian.doors.api"):
        if find_spec(f"{house}.api"):
            name = house.rsplit(".", 1)[-1]
            api.add_router(f"/{name}", import_module(f"{house}.api").router, tags=[name])
    problems.install(api)
    return api


api = build()


def described() -> str:
    """The OpenAPI document as it is kept in the repository."""
    schema = api.get_openapi_schema(path_prefix="/api/")
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"

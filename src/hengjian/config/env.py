"""Every setting is an environment variable, typed and described here; docs/reference/settings.md is made from this file."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[3]


class Env(BaseSettings):
    """Settings read from variables that begin with `HENGJIAN_`."""

    model_config = SettingsConfigDict(env_prefix="HENGJIAN_", extra="ignore")

    data: Path = Field(ROOT / "data", description="Folder of database, uploads, mirror and secret key.")
    database_url: str = Field(
        "", description="postgres://user:password@host:5432/name; empty means SQLite in the data folder."
    )
    packs: str = Field("", description="Pack folders, separated by ':'; empty means the shipped cn and tianjin packs.")
    secret_key: str = Field(
        "", description="Signing key; empty means one made at first start and kept in the data folder."
    )
    debug: bool = Field(False, description="Show tracebacks in the browser. Never in production.")
    demo: bool = Field(False, description="Show the demonstration banner and the demonstration logins.")
    allowed_hosts: str = Field("127.0.0.1,localhost,[::1]", description="Host names served, separated by commas.")
    trusted_origins: str = Field("", description="Origins (https://…) allowed to post forms behind a proxy, by commas.")
    https: bool = Field(False, description="Served over HTTPS: secure cookies, HSTS and redirect.")
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(8000, description="Port the web server listens on.")
    workers: int = Field(2, description="Web worker processes.")
    today: str = Field("", description="Act as if today were this day (YYYY-MM-DD): rehearsals and demonstrations.")
    language: str = Field("zh-hans", description="Language of pages when the visitor has not chosen: zh-hans or en.")
    upload_mb: int = Field(64, description="Largest file a department may upload, in MiB.")
    sms: str = Field(
        "",
        description="Function that sends text messages, as package.module.send(to, text); empty means they wait in the box and pages say so.",
    )
    intake_folder: str = Field(
        "", description="Folder watched for files of departments, laid down as <agency code>/<kind>/file; empty means none."
    )
    peers: str = Field(
        "",
        description='Addresses and keys of the peers of the data exchange, as JSON: {"credit-tianjin": {"url": "https://…", "key": "…"}}.',
    )
    oidc_issuer: str = Field("", description="OpenID Connect issuer of the bureau's single sign-on; empty means none.")
    oidc_client_id: str = Field("", description="Client id at that issuer.")
    oidc_client_secret: str = Field("", description="Client secret at that issuer.")


def load() -> Env:
    return Env()

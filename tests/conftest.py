"""What every test may ask for."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from django.utils import translation

os.environ.setdefault("HENGJIAN_DATA", tempfile.mkdtemp(prefix="hengjian-test-"))
ROOT = Path(__file__).resolve().parents[1]


OPENS = {"db", "transactional_db", "live_server", "django_db_setup"}  # fixtures that open the suite's database


def pytest_addoption(parser):
    parser.addoption(
        "--with-database", action="store_true", help="only tests that open the suite's database: the others gave their answer on SQLite already"
    )


def pytest_collection_modifyitems(config, items):
    """Files with slow tests first, so that no worker ends with one alone; with `--with-database` only what opens one."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    if config.getoption("--with-database"):
        left_out = [item for item in items if not opens_database(item)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if opens_database(item)]


def opens_database(item) -> bool:
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("own_database")
    return bool(marked) or not OPENS.isdisjoint(item.fixturenames)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """Every worker's database begins as a copy of one that was migrated once."""
    from django.db import connection

    from tests import ready

    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = ready.postgres()
        yield
    else:
        with ready.in_memory(connection.creation._get_test_db_name()):
            yield


@pytest.fixture(scope="session")
def law():
    """The shipped packs, as a running platform sees them."""
    from hengjian.ground import policy

    return policy.current()


@pytest.fixture(autouse=True)
def every_test_begins_in_chinese():
    """A page read in English leaves its language to the thread; the next test does not inherit it."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def append_only_tables_let_go_between_tests():
    """A transactional test empties every table afterwards; the triggers that refuse it stand aside for that moment."""
    from django.db.backends.base.operations import BaseDatabaseOperations

    flush = BaseDatabaseOperations.execute_sql_flush

    def without_triggers(self, sql_list):
        connection = self.connection
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                try:
                    flush(self, sql_list)
                finally:
                    cursor.execute("SET session_replication_role = DEFAULT")
                return
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f'DROP TRIGGER "{name}"')
            try:
                flush(self, sql_list)
            finally:
                for _, sql in triggers:
                    cursor.execute(sql)

    BaseDatabaseOperations.execute_sql_flush = without_triggers
    yield
    BaseDatabaseOperations.execute_sql_flush = flush

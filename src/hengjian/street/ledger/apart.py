"""What a process of its own does before it can read the ledger. Imports nothing that needs the apps to be loaded."""


def begin() -> None:
    import django

    django.setup()

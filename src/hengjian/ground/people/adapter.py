from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class NoSelfSignup(DefaultAccountAdapter):
    """Accounts are given by an administrator or the bureau's single sign-on; nobody opens one alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/counter/" if request.representative else "/desk/"  # type: ignore[attr-defined]

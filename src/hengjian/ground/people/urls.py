from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path

from . import views
from .access import requires

urlpatterns = [
    path("login/", requires("public")(account.login), name="account_login"),
    path("logout/", requires("public")(account.logout), name="account_logout"),
    path("password/", requires("signed-in")(account.password_change), name="account_change_password"),
    path("reauthenticate/", requires("signed-in")(account.reauthenticate), name="account_reauthenticate"),
    path("login/code/", requires("public")(mfa.authenticate), name="mfa_authenticate"),
    path("account/two-step/", requires("signed-in")(mfa.index), name="mfa_index"),
    path("account/two-step/again/", requires("signed-in")(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("account/two-step/on/", requires("signed-in")(totp.activate_totp), name="mfa_activate_totp"),
    path("account/two-step/off/", requires("signed-in")(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "account/two-step/codes/", requires("signed-in")(recovery.view_recovery_codes), name="mfa_view_recovery_codes"
    ),
    path(
        "account/two-step/codes/new/",
        requires("signed-in")(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/two-step/codes/file/",
        requires("signed-in")(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("account/", views.account, name="people_account"),
    path("account/sessions/end/", views.end_sessions, name="people_end_sessions"),
    path("desk/people/", views.agency_list, name="people_agencies"),
]

"""Addresses of sign-up, sign-in, the profile and passwords. Each form has its checks under `check/<field>/`."""

from django.urls import path

from accounts import views

RESET_LINK = "password/reset/<str:uidb64>/<str:token>/"

urlpatterns = [
    path("signup/", views.signup, name="signup"),
    path("signup/check/<slug:name>/", views.signup_check, name="signup_check"),
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("profile/", views.profile, name="profile"),
    path("profile/check/<slug:name>/", views.profile_check, name="profile_check"),
    path("password/", views.password_change, name="password_change"),
    path("password/check/<slug:name>/", views.password_change_check, name="password_change_check"),
    path("password/reset/", views.password_reset, name="password_reset"),
    path("password/reset/check/<slug:name>/", views.password_reset_check, name="password_reset_check"),
    path("password/reset/sent/", views.password_reset_sent, name="password_reset_sent"),
    path(RESET_LINK, views.password_reset_confirm, name="password_reset_confirm"),
    path(
        RESET_LINK + "check/<slug:name>/",
        views.password_reset_confirm_check,
        name="password_reset_confirm_check",
    ),
]

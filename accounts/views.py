"""Signing up, in and out; one's profile; passwords."""

from django import forms
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.forms import (
    LoginForm,
    NewPasswordForm,
    PasswordChangeForm,
    PasswordResetForm,
    ProfileForm,
    SignupForm,
)
from accounts.models import User
from accounts.throttle import TooManyTries
from core.htmx import going_on_to, render_page, require_form_methods, see_other
from core.images.forms import WAITS


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _onward(request: HttpRequest) -> HttpResponseBase:
    return see_other(request, going_on_to(request) or reverse("post_list"))


def _form_page(
    request: HttpRequest, form: forms.BaseForm, template: str, *, partial: str, action: str
) -> HttpResponseBase:
    """The form as page or partial: 429 where there were too many tries, 422 if it was sent and has errors."""
    context = {"form": form, "action": action, "next": going_on_to(request)}
    status = 422 if form.errors else 200
    refusal = next((error for error in form.non_field_errors().data if isinstance(error, TooManyTries)), None)
    response = render_page(request, template, context, partial=partial, status=429 if refusal else status)
    if refusal:
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


def _check(request: HttpRequest, form: forms.BaseForm, name: str, template: str, *, action: str) -> HttpResponseBase:
    """The field `name` alone, as sending the form would find it: 422 if it is wrong. Files have image_hold."""
    if not isinstance(form.fields.get(name), forms.CharField):
        raise Http404
    context = {"form": form, "field": form[name], "action": action, "next": going_on_to(request)}
    status = 422 if form[name].errors else 200
    return render_page(request, template, context, partial="partials/field.html", status=status)


# --- In and out ---------------------------------------------------------------------------------------------


@sensitive_post_parameters("password1", "password2")
@require_form_methods
def signup(request: HttpRequest) -> HttpResponseBase:
    if request.user.is_authenticated:
        return _onward(request)
    form = SignupForm(_posted(request))
    if form.is_valid() and (user := form.save(request)):
        auth.login(request, user)
        messages.success(request, _("Welcome, %(name)s.") % {"name": user})
        return _onward(request)
    return _form_page(request, form, "accounts/signup.html", partial="signup-form", action=reverse("signup"))


@sensitive_post_parameters("password1", "password2")
@require_POST
def signup_check(request: HttpRequest, name: str) -> HttpResponseBase:
    return _check(request, SignupForm(request.POST), name, "accounts/signup.html", action=reverse("signup"))


@sensitive_post_parameters("password")
@require_form_methods
def login(request: HttpRequest) -> HttpResponseBase:
    if request.user.is_authenticated:
        return _onward(request)
    form = LoginForm(_posted(request))
    if form.is_valid() and (user := form.authenticate(request)):
        auth.login(request, user)
        return _onward(request)
    return _form_page(request, form, "accounts/login.html", partial="login-form", action=reverse("login"))


@require_POST
def logout(request: HttpRequest) -> HttpResponseBase:
    auth.logout(request)
    return see_other(request, reverse("post_list"))


# --- The profile --------------------------------------------------------------------------------------------


def _profile_form(request: HttpRequest, *, files: bool = True) -> ProfileForm:
    """Bound to a row of its own: cleaning writes to it, and request.user is what the page is drawn for."""
    data = (request.POST, request.FILES if files else None) if request.method == "POST" else ()
    user = get_object_or_404(User.objects.select_related("avatar"), pk=request.user.pk)
    return ProfileForm(*data, instance=user)


@login_required
@require_form_methods
def profile(request: HttpRequest) -> HttpResponseBase:
    form = _profile_form(request)
    if form.is_valid() and form.save():
        messages.success(request, _("Saved."))
        if form.picture_waits:
            messages.warning(request, WAITS)
        return see_other(request, reverse("profile"))
    return _form_page(request, form, "accounts/profile.html", partial="profile-form", action=reverse("profile"))


@require_POST
@login_required
def profile_check(request: HttpRequest, name: str) -> HttpResponseBase:
    return _check(
        request, _profile_form(request, files=False), name, "accounts/profile.html", action=reverse("profile")
    )


# --- Passwords ----------------------------------------------------------------------------------------------


@sensitive_post_parameters()
@login_required
@require_form_methods
def password_change(request: HttpRequest) -> HttpResponseBase:
    form = PasswordChangeForm(request.user, _posted(request))
    if form.is_valid() and (user := form.save(request)):
        auth.update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed. Wherever else you were signed in, you no longer are."))
        return see_other(request, reverse("profile"))
    return _form_page(
        request,
        form,
        "accounts/password_change.html",
        partial="password-change-form",
        action=reverse("password_change"),
    )


@sensitive_post_parameters()
@require_POST
@login_required
def password_change_check(request: HttpRequest, name: str) -> HttpResponseBase:
    form = PasswordChangeForm(request.user, request.POST)
    return _check(request, form, name, "accounts/password_change.html", action=reverse("password_change"))


@require_form_methods
def password_reset(request: HttpRequest) -> HttpResponseBase:
    form = PasswordResetForm(_posted(request))
    if form.is_valid() and form.send(request):
        return see_other(request, reverse("password_reset_sent"))
    return _form_page(
        request,
        form,
        "accounts/password_reset.html",
        partial="password-reset-form",
        action=reverse("password_reset"),
    )


@require_POST
def password_reset_check(request: HttpRequest, name: str) -> HttpResponseBase:
    form = PasswordResetForm(request.POST)
    return _check(request, form, name, "accounts/password_reset.html", action=reverse("password_reset"))


@require_safe
def password_reset_sent(request: HttpRequest) -> HttpResponseBase:
    return render_page(request, "accounts/password_reset_sent.html", partial="password-reset-sent")


class PasswordResetLink(PasswordResetConfirmView):
    """Django's care for the link: the token moves into the session, so that no Referer and no history shows it.

    Who sets a password by mail is signed in at once: it is the way in for one whom the guesses of others lock out.
    """

    form_class = NewPasswordForm
    template_name = "accounts/password_reset_confirm.html"
    post_reset_login = True
    success_url = "/"  # not where it goes, but Django wants one

    def get_user(self, uidb64: str) -> User | None:
        user = super().get_user(uidb64)
        return user if user and user.is_active else None

    def post(self, request: HttpRequest, *args: str, name: str = "", **kwargs: str) -> HttpResponseBase:
        if name:
            return _check(request, self.get_form(), name, self.template_name, action=self.action)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: NewPasswordForm) -> HttpResponseBase:
        super().form_valid(form)
        messages.success(self.request, _("Your new password holds, and you are signed in."))
        return see_other(self.request, reverse("post_list"))

    def render_to_response(self, context: dict, **kwargs: object) -> HttpResponseBase:
        """The form, or 410 and a way to a new link where this one is used, too old or made up."""
        form = context["form"]
        status = 410 if form is None else 422 if form.errors else 200
        context["action"] = self.action
        return render_page(self.request, self.template_name, context, partial="password-reset-confirm", status=status)

    @property
    def action(self) -> str:
        return reverse("password_reset_confirm", args=[self.kwargs["uidb64"], self.reset_url_token])


@require_form_methods
def password_reset_confirm(request: HttpRequest, uidb64: str, token: str) -> HttpResponseBase:
    return PasswordResetLink.as_view()(request, uidb64=uidb64, token=token)


@require_POST
def password_reset_confirm_check(request: HttpRequest, uidb64: str, token: str, name: str) -> HttpResponseBase:
    return PasswordResetLink.as_view()(request, uidb64=uidb64, token=token, name=name)

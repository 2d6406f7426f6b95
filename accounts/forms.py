"""The forms of an account. Cleaning costs nothing and tells nothing; what may be tried only so often comes after.

So an inline check can clean a whole form: passwords are compared, mails sent and accounts made by the form's
last step alone (`authenticate`, `save`, `send`), which draws on throttle.py first.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import auth
from django.contrib.auth import forms as auth_forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from accounts import throttle
from accounts.models import User
from core.images.forms import GONE, PictureField, settle
from core.images.models import Image
from core.text import one_line
from core.widgets import LongSelect

NAME_TAKEN = _("This name is taken.")
CHARACTERS = _("Letters, digits and @ . + - _ only.")
PASSWORD_HELP = _("At least 8 characters, not only digits, and none of the common ones.")
PASSWORDS_DIFFER = {"password_mismatch": _("The two passwords differ.")}

# Where a mail server sends the mails, one thread talks to it, after the answer has left: how long an answer
# takes must not tell whether an address is known, and a slow server must not hold a request.
post_office = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


def _password(label: str, autocomplete: str, required: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": autocomplete}),
        help_text=help_text,
        error_messages={"required": required},
    )


@cache
def time_zones() -> dict[str, str]:
    """The time zones that this machine knows, by name, as they are shown."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return {name: name.replace("_", " ") for name in [*names, "UTC"]}


class SignupForm(auth_forms.BaseUserCreationForm):
    password1 = _password(_("Password"), "new-password", _("Choose a password."), PASSWORD_HELP)
    password2 = _password(_("Password again"), "new-password", _("Write the password a second time."))
    # The browser's, which a script fills in; nothing is asked, and the profile can change it.
    time_zone = forms.CharField(required=False, widget=forms.HiddenInput({"data-time-zone": True}))
    error_messages = PASSWORDS_DIFFER
    field_order = ["username", "password1", "password2", "email"]

    class Meta:
        model = User
        fields = ["username", "email", "time_zone"]
        field_classes = {"username": auth_forms.UsernameField}
        labels = {"username": _("Name"), "email": _("E-mail")}
        help_texts = {"username": CHARACTERS, "email": _("For a new password, should you forget yours.")}
        error_messages = {"username": {"required": _("Choose a name."), "invalid": CHARACTERS}}
        widgets = {"email": forms.EmailInput({"autocomplete": "email"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The answer of a check would pull the focus back to the name.
        del self.fields["username"].widget.attrs["autofocus"]

    def clean_username(self) -> str:
        name = self.cleaned_data["username"]
        if not any(character.isalnum() for character in name):
            raise ValidationError(_("Use at least one letter or digit."))  # "." and ".." are no addresses
        if User.objects.named(name).exists():
            raise ValidationError(NAME_TAKEN, "unique")
        return name

    def clean_time_zone(self) -> str:
        name = self.cleaned_data["time_zone"]
        return name if name in time_zones() else ""

    def validate_password_for_user(self, user: User, password_field_name: str = "password1") -> None:  # noqa: S107
        super().validate_password_for_user(user, password_field_name)

    def save(self, request: HttpRequest) -> User | None:
        """The new user; None, with an error on the form, where somebody was faster or there were too many."""
        tries = throttle.signup_tries(request)
        if refusal := tries.take():
            return self.add_error(None, refusal)
        try:
            with transaction.atomic():
                return super().save()
        except IntegrityError:
            tries.give_back()
            return self.add_error("username", NAME_TAKEN)


class LoginForm(forms.Form):
    username = auth_forms.UsernameField(
        label=_("Name"), max_length=150, error_messages={"required": _("Write your name.")}
    )
    password = _password(_("Password"), "current-password", _("Write your password."))

    def authenticate(self, request: HttpRequest) -> User | None:
        """Whose name and password these are; None, with an error on the form, where they are nobody's."""
        tries = throttle.password_tries(request, self.cleaned_data["username"])
        if refusal := tries.take():
            return self.add_error(None, refusal)
        user = auth.authenticate(request, **self.cleaned_data)
        if user is None:
            return self.add_error(None, _("This name and this password do not belong together. Check both."))
        tries.give_back()
        return user


def _clocks() -> list[tuple[str, str]]:
    return [("", _("The site's: %(zone)s") % {"zone": settings.TIME_ZONE}), *time_zones().items()]


class ProfileForm(forms.ModelForm):
    avatar = PictureField(label=_("Picture"), required=False)
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=_clocks,
        required=False,
        widget=LongSelect,
        help_text=_("Times are shown, and posts are scheduled, by this clock."),
    )

    class Meta:
        model = User
        fields = ["display_name", "email", "bio", "time_zone"]
        labels = {"display_name": _("Name to show"), "email": _("E-mail"), "bio": _("About you")}
        help_texts = {
            "display_name": _("Stands above your posts."),
            "email": _("Never shown. For a new password, should you forget yours."),
        }
        widgets = {
            "display_name": forms.TextInput({"autocomplete": "nickname", "dir": "auto"}),
            "email": forms.EmailInput({"autocomplete": "email"}),
            "bio": forms.Textarea({"rows": 4, "dir": "auto"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["avatar"].owner = self.instance
        self.initial["avatar"] = self.instance.avatar

    def clean_display_name(self) -> str:
        return one_line(self.cleaned_data["display_name"])

    def save(self) -> User | None:
        """The saved user; None, with an error on the form, where the picture is on its way out."""
        user = self.instance
        user.avatar = settle(self.cleaned_data["avatar"], user.avatar)
        try:
            with transaction.atomic():
                user.save(update_fields=[*self.Meta.fields, "avatar"])
                if user.avatar and not user.avatar.attach():
                    raise Image.DoesNotExist
        except Image.DoesNotExist:
            return self.add_error("avatar", GONE)
        return user

    @property
    def picture_waits(self) -> bool:
        return self.instance.avatar is not None and self.instance.avatar.waits


class NewPasswordForm(auth_forms.SetPasswordForm):
    new_password1 = _password(_("New password"), "new-password", _("Choose a password."), PASSWORD_HELP)
    new_password2 = _password(_("New password again"), "new-password", _("Write the password a second time."))
    error_messages = PASSWORDS_DIFFER

    def validate_password_for_user(self, user: User, password_field_name: str) -> None:
        """Too weak is said beside the first of the two, whatever Django asks for."""
        super().validate_password_for_user(user, "new_password1")


class PasswordChangeForm(NewPasswordForm):
    old_password = _password(_("Password until now"), "current-password", _("Write the password you have now."))
    field_order = ["old_password", "new_password1", "new_password2"]

    def save(self, request: HttpRequest) -> User | None:
        """The user with the new password; None, with an error on the form, where the old one is wrong."""
        tries = throttle.password_tries(request, self.user.username)
        if refusal := tries.take():
            return self.add_error(None, refusal)
        if not self.user.check_password(self.cleaned_data["old_password"]):
            return self.add_error("old_password", _("This is not your password."))
        tries.give_back()
        return super().save()


class PasswordResetForm(auth_forms.PasswordResetForm):
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        error_messages={"required": _("Write your e-mail address.")},
    )

    def send(self, request: HttpRequest) -> bool:
        """Mail a link to whoever has this address. False, with an error on the form, where it was asked too often."""
        if refusal := throttle.reset_tries(request, self.cleaned_data["email"]).take():
            self.add_error(None, refusal)
            return False
        self.save(
            domain_override=urlsplit(settings.SITE_URL).netloc,  # never the Host that the request claims
            use_https=settings.HTTPS,
            subject_template_name="accounts/password_reset_subject.txt",
            email_template_name="accounts/password_reset_mail.txt",
            extra_email_context={"site_name": settings.SITE_NAME},
        )
        return True

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """In the language of the request, which another thread would not know."""
        if settings.MAIL_IN_BACKGROUND:
            post_office.submit(override(get_language())(super().send_mail), *args, **kwargs)
        else:
            super().send_mail(*args, **kwargs)

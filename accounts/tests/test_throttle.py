"""How often a thing may be tried, and what is said then."""

import time

from django.contrib.auth import get_user
from django.core import mail
from django.test import RequestFactory, TestCase, tag
from django.urls import reverse

from accounts import throttle
from accounts.models import Attempt, User
from accounts.tests.hashing import CountingHasher, counting_hashes
from core.testing.cases import PASSWORD, ViewTestCase, both_ways, three_ways

LOGIN, SIGNUP, RESET = reverse("login"), reverse("signup"), reverse("password_reset")
WAIT = "Too many tries. Wait 60 minutes, then try again."


def tried(namespace: str, times: int) -> None:
    """As if it had been tried so often by everybody who has tried it at all."""
    Attempt.objects.filter(key__startswith=f"{namespace}/").update(count=times)


def an_hour_passes() -> None:
    Attempt.objects.update(expires_at=time.time() - 1)


class ThrottleCase(ViewTestCase):
    def guess(self, client, name="ada", password="wrong-one", **extra):
        return client.post(LOGIN, {"username": name, "password": password, "next": "/me/posts/"}, **extra)

    def guesses(self, client, times, name="ada", **extra):
        return [self.guess(client, name, **extra).status_code for _ in range(times)]

    def assertThrottled(self, response, client, template, partial):
        self.assertAnswers(response, client, template, partial, 429)
        self.assertContains(response, WAIT, 1, status_code=429)
        self.assertTrue(3590 < int(response.headers["Retry-After"]) <= 3600)


@tag("slow")
class LoginThrottleTests(ThrottleCase):
    @three_ways()
    def test_ten_wrong_guesses_at_a_name_and_the_right_one_must_wait(self, client):
        self.assertEqual(self.guesses(client, 10), [422] * 10)
        response = self.guess(client, "ADA", PASSWORD)
        self.assertThrottled(response, client, "accounts/login.html", "login-form")
        self.assertContains(response, 'value="ADA"', status_code=429)
        self.assertContains(response, 'name="next" value="/me/posts/"', status_code=429)
        self.assertTrue(get_user(client).is_anonymous)

    @three_ways()
    def test_an_unknown_name_counts_like_a_known_one(self, client):
        self.assertEqual(self.guesses(client, 11, "nobody"), [422] * 10 + [429])

    @three_ways()
    def test_twenty_wrong_guesses_from_a_client_whatever_the_names(self, client):
        self.guess(client, "nobody")
        tried("password-client", 19)
        self.assertEqual(self.guess(client, "ben").status_code, 422)
        self.assertThrottled(self.guess(client, "ada", PASSWORD), client, "accounts/login.html", "login-form")
        self.assertWentTo(self.guess(client, "ada", PASSWORD, REMOTE_ADDR="192.0.2.7"), client, "/me/posts/")

    def test_another_address_does_not_help_against_a_name(self):
        answers = [self.guess(self.page(), REMOTE_ADDR=f"192.0.2.{number}").status_code for number in range(11)]
        self.assertEqual(answers, [422] * 10 + [429])

    def test_a_made_up_forwarding_header_does_not_help(self):
        self.guess(self.page(), "nobody")
        tried("password-client", 19)
        claims = [{"X-Forwarded-For": f"192.0.2.{number}"} for number in range(2)]
        self.assertEqual([self.guess(self.page(), headers=claim).status_code for claim in claims], [422, 429])

    def test_others_sign_in_meanwhile(self):
        self.guesses(self.page(), 11)
        self.assertEqual(self.guess(self.page(), "ben", PASSWORD).status_code, 302)

    def test_right_guesses_do_not_count(self):
        self.guess(self.page())
        before = sorted(Attempt.objects.values_list())
        self.assertEqual(self.guess(self.page(), "ada", PASSWORD).status_code, 302)
        self.assertEqual(sorted(Attempt.objects.values_list()), before)

    def test_signing_in_does_not_wipe_what_others_tried(self):
        self.guesses(self.page(), 9)
        self.guess(self.page(), "ada", PASSWORD)
        self.assertEqual(self.guesses(self.page(), 2), [422, 429])

    def test_what_was_not_tried_is_not_counted(self):
        self.guess(self.page(), "ada", "")
        self.assertFalse(Attempt.objects.exists())

    def test_a_refused_try_costs_the_client_nothing(self):
        self.guesses(self.page(), 12)
        self.assertEqual(sorted(Attempt.objects.values_list("count", flat=True)), [10, 10])

    def test_an_hour_later_it_begins_anew(self):
        self.guesses(self.page(), 11)
        an_hour_passes()
        self.assertEqual(self.guess(self.page(), "ada", PASSWORD).status_code, 302)

    @counting_hashes
    def test_no_password_is_hashed_once_the_tries_are_used_up(self):
        self.guesses(self.page(), 10)
        CountingHasher.count = 0
        self.assertEqual(self.guesses(self.page(), 5), [429] * 5)
        self.assertEqual(CountingHasher.count, 0)

    @counting_hashes
    def test_tries_at_the_same_time_count_before_they_hash(self):
        """Each hash waits for another try to finish: as many as ever can stand between the count and the hash."""
        guess = lambda: self.guess(self.page(), "nobody")  # noqa: E731
        plain, CountingHasher.count = CountingHasher.encode, 0

        def encode(hasher, password, salt):
            guess()
            return plain(hasher, password, salt)

        CountingHasher.encode = encode
        self.addCleanup(setattr, CountingHasher, "encode", plain)
        guess()
        self.assertEqual(CountingHasher.count, 10)

    @both_ways("ada")
    def test_guesses_at_the_old_password_draw_on_the_same_ten(self, client):
        url, new = reverse("password_change"), {"new_password1": "galley-proof-2", "new_password2": "galley-proof-2"}
        self.guess(self.page())
        tried("password-name", 9)
        self.assertEqual(client.post(url, new | {"old_password": "wrong-one"}).status_code, 422)
        response = client.post(url, new | {"old_password": PASSWORD})
        self.assertThrottled(response, client, "accounts/password_change.html", "password-change-form")
        self.assertTrue(User.objects.get(pk=self.ada.pk).check_password(PASSWORD))
        self.assertEqual(self.guess(self.page(), "ada", PASSWORD).status_code, 429)

    def test_the_right_old_password_does_not_count(self):
        new = {"new_password1": "galley-proof-2", "new_password2": "galley-proof-2"}
        self.page(self.ada).post(reverse("password_change"), new | {"old_password": PASSWORD})
        self.assertEqual({attempt.count for attempt in Attempt.objects.all()}, {0})


@tag("slow")
class ResetThrottleTests(ThrottleCase):
    @both_ways()
    def test_five_mails_to_an_address_known_or_not(self, client):
        for address in ("ada@example.org", "nobody@example.org"):
            before = len(mail.outbox)
            for _ in range(5):
                self.assertLess(client.post(RESET, {"email": address}).status_code, 400)
            response = client.post(RESET, {"email": address.upper()})
            self.assertThrottled(response, client, "accounts/password_reset.html", "password-reset-form")
            self.assertContains(response, f'value="{address.upper()}"', status_code=429)
            self.assertEqual(len(mail.outbox) - before, 5 if address.startswith("ada") else 0)

    @both_ways()
    def test_twenty_from_a_client(self, client):
        client.post(RESET, {"email": "ben@example.org"})
        tried("reset-client", 19)
        client.post(RESET, {"email": "cleo@example.org"})
        before = len(mail.outbox)
        response = client.post(RESET, {"email": "ada@example.org"})
        self.assertThrottled(response, client, "accounts/password_reset.html", "password-reset-form")
        self.assertEqual(len(mail.outbox), before)

    def test_what_is_no_address_is_not_counted(self):
        self.page().post(RESET, {"email": "nowhere"})
        self.assertFalse(Attempt.objects.exists())


@tag("slow")
class SignupThrottleTests(ThrottleCase):
    def sign_up(self, client, name, **typed):
        return client.post(SIGNUP, {"username": name, "password1": PASSWORD, "password2": PASSWORD, **typed})

    @three_ways()
    def test_twenty_accounts_from_a_client(self, client):
        self.sign_up(client, "first")
        tried("signup-client", 19)
        client.logout()
        self.assertWentTo(self.sign_up(client, "twentieth"), client, "/")
        client.logout()
        response = self.sign_up(client, "eva", email="eva@example.org")
        self.assertThrottled(response, client, "accounts/signup.html", "signup-form")
        self.assertContains(response, 'value="eva@example.org"', status_code=429)
        self.assertFalse(User.objects.filter(username="eva").exists())

    def test_only_accounts_count(self):
        self.sign_up(self.page(), "ada")
        self.assertFalse(Attempt.objects.exists())
        self.sign_up(self.page(), "eva")
        self.assertEqual(Attempt.objects.get().count, 1)


class TriesTests(TestCase):
    def client_of(self, address: str) -> str:
        return throttle._client(RequestFactory().get("/", REMOTE_ADDR=address))

    def test_client(self):
        for address, same in {
            "192.0.2.1": "192.0.2.1",
            "::ffff:192.0.2.1": "192.0.2.1",
            "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
            "2001:db8:1:2:ffff::1": "2001:db8:1:2::/64",
            "2001:db8:1:3::1": "2001:db8:1:3::/64",
            "fe80::1%eth0": "fe80::/64",
            "": "",  # a Unix socket has none
        }.items():
            self.assertEqual(self.client_of(address), same)

    def test_spellings_of_one_name(self):
        self.assertEqual(len({throttle._folded(name) for name in ("ilse", "ILSE", "ılse", "ｉｌｓｅ")}), 1)
        self.assertNotEqual(throttle._folded("ada"), throttle._folded("adam"))

    def test_no_name_and_no_address_lies_in_the_table(self):
        throttle.password_tries(RequestFactory().get("/", REMOTE_ADDR="192.0.2.1"), "a" * 150).take()
        keys = " ".join(Attempt.objects.values_list("key", flat=True))
        self.assertNotIn("a" * 150, keys)
        self.assertNotIn("192.0.2", keys)
        self.assertLessEqual(max(map(len, keys.split())), Attempt._meta.get_field("key").max_length)

    def test_sentence(self):
        waits = {-1: "1 minute", 0.2: "1 minute", 60: "1 minute", 61: "2 minutes", 720: "12 minutes"}
        for seconds, wait in waits.items():
            said = throttle.TooManyTries(seconds).messages
            self.assertEqual(said, [f"Too many tries. Wait {wait}, then try again."])
        self.assertEqual([throttle.TooManyTries(seconds).seconds for seconds in (-1, 0.2, 60.1)], [1, 1, 61])

    def test_the_longer_wait_is_the_one_that_is_said(self):
        tries = throttle.Tries((throttle.PASSWORD_BY_NAME, "a"), (throttle.PASSWORD_BY_CLIENT, "b"))
        tries.take()
        Attempt.objects.filter(key__startswith="password-name").update(count=10, expires_at=time.time() + 100)
        Attempt.objects.filter(key__startswith="password-client").update(count=20, expires_at=time.time() + 200)
        self.assertIn(tries.take().seconds, (199, 200))


class AttemptStorageTests(TestCase):
    """What `limits` expects of a storage."""

    storage = throttle.AttemptStorage()

    def test_counts_each_key_in_one_statement(self):
        self.assertEqual(self.storage.incr("a", 60, amount=2), 2)
        with self.assertNumQueries(3):
            self.assertEqual([self.storage.incr("a", 60) for _ in range(3)], [3, 4, 5])
        self.assertEqual(self.storage.get("a"), 5)
        self.assertEqual(self.storage.get("b"), 0)

    def test_the_end_is_set_by_the_first(self):
        self.storage.incr("a", 60)
        ends = self.storage.get_expiry("a")
        self.assertAlmostEqual(ends, time.time() + 60, delta=5)
        self.storage.incr("a", 600)
        self.assertEqual(self.storage.get_expiry("a"), ends)

    def test_after_the_end_it_begins_anew(self):
        self.storage.incr("a", 60, amount=7)
        an_hour_passes()
        self.assertEqual(self.storage.get("a"), 0)
        self.assertAlmostEqual(self.storage.get_expiry("a"), time.time(), delta=5)
        self.assertEqual(self.storage.incr("a", 60), 1)
        self.assertGreater(self.storage.get_expiry("a"), time.time() + 50)

    def test_a_new_key_sweeps_away_those_that_are_over(self):
        self.storage.incr("old", 60)
        an_hour_passes()
        self.storage.incr("live", 60)
        self.assertEqual([attempt.key for attempt in Attempt.objects.all()], ["live"])

    def test_takes_back_but_never_below_nothing(self):
        self.storage.incr("a", 60)
        for _ in range(3):
            self.storage.decr("a")
        self.storage.decr("nobody")
        self.assertEqual(self.storage.get("a"), 0)

    def test_clears_one_or_all(self):
        for key in "abc":
            self.storage.incr(key, 60)
        self.storage.clear("a")
        self.assertEqual(self.storage.get("a"), 0)
        self.assertEqual(self.storage.reset(), 2)
        self.assertFalse(Attempt.objects.exists())

    def test_is_well(self):
        self.assertTrue(self.storage.check())

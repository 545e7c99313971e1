#!/usr/bin/env python3
"""A client for Skein in another language, with nothing but Python's standard library.

    python3 skein_http.py http://127.0.0.1:6969 alice to bob "hello"     sends, and waits for it to be stored
    python3 skein_http.py http://127.0.0.1:6969 bob listen 1             prints messages as they come, here one

Every name signs in without a password, as a development server allows; `Skein.sign_in` takes passwords too.
"""

import json
import sys
import urllib.error
import urllib.request
import uuid


class SkeinError(Exception):
    """What the server refused, with the code that it has on every protocol."""

    def __init__(self, problem):
        super().__init__(problem.get("detail", ""))
        self.code = problem.get("code")
        self.retry_after_ms = problem.get("retryAfterMs", 0)


class Skein:
    """One signed-in device. Requests carry its access token; nothing is kept between them but that."""

    def __init__(self, url, **auth):
        self.url = url.rstrip("/")
        self.token = None
        welcome = self.call("Accounts/SignIn", {**auth, "app": "python"})
        self.token = welcome["tokens"]["accessToken"]
        self.me = welcome["me"]
        # Everything up to here is known to have been; `messages` goes on after it.
        self.cursor = self._ask("/v1/poll")["cursor"]

    def call(self, procedure, message, headers=None):
        """A procedure of the schema: one message in, one message out."""
        return self._ask(
            f"/rpc/skein.v1.{procedure}",
            json.dumps(message).encode(),
            {"Content-Type": "application/json", **(headers or {})},
        )

    def direct(self, user):
        """The number of the one direct conversation with somebody."""
        return self.call("Conversations/CreateDirect", {"user": user})["conversation"]

    def send(self, conversation, text, key=None):
        """Returns the place in the conversation. The key makes it safe to send again when no answer came."""
        key = key or uuid.uuid4().hex
        message = {"conversation": conversation, "text": text}
        return self.call("Messages/Send", message, {"Idempotency-Key": key})["seq"]

    def messages(self):
        """Yields (conversation, sender, text) of everything that is written since the sign-in, for ever."""
        names = {}
        while True:
            changes = self._ask(f"/v1/poll?wait=50&cursor={self.cursor}")
            self.cursor = changes["cursor"]
            names.update((user["number"], user["id"]) for user in changes.get("users", []))
            for state in changes["changed"]:
                for entry in state.get("entries", []):
                    text = entry.get("content", {}).get("text")
                    if text is not None:
                        yield state["conversation"], names.get(entry["sender"], entry["sender"]), text

    def _ask(self, path, body=None, headers=None):
        request = urllib.request.Request(self.url + path, data=body, headers=headers or {})
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise SkeinError(json.load(error)) from None


def main(url, me, verb, *rest):
    skein = Skein(url, dev=me)
    if verb == "to":
        user, text = rest
        print("stored at", skein.send(skein.direct(user), text), flush=True)
        return
    print("listening as", skein.me["id"], flush=True)
    messages = skein.messages()
    for _ in range(int(rest[0])):
        _conversation, sender, text = next(messages)
        print(f"{sender}: {text}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

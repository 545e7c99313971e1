"""A stranger's client: slixmpp as Debian packages it. Says what happens, a line each, for the test to read."""

import asyncio
import sys

import slixmpp

HOST, PORT, ROOM, PASSWORD = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]


def say(*words):
    print(*words, flush=True)


class Person(slixmpp.ClientXMPP):
    def __init__(self, name):
        super().__init__(f"{name}@localhost/slix", PASSWORD)
        for plugin in ("xep_0030", "xep_0045", "xep_0184", "xep_0198", "xep_0199", "xep_0280", "xep_0313", "xep_0191"):
            self.register_plugin(plugin)
        self.here = asyncio.get_event_loop().create_future()
        self.inbox = asyncio.Queue()
        self.room = asyncio.Queue()
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("message", self.heard)
        self.add_event_handler("groupchat_message", self.heard_room)
        self.add_event_handler("failed_auth", lambda _: say("failed"))

    async def started(self, _):
        await self.get_roster()
        self.send_presence()
        await self["xep_0280"].enable()
        self.here.set_result(True)

    def heard(self, message):
        if message["type"] == "chat" and message["body"]:
            self.inbox.put_nowait(message)

    def heard_room(self, message):
        self.room.put_nowait(message)

    def arrive(self):
        self.connect(address=(HOST, PORT), force_starttls=False, disable_starttls=True)
        return asyncio.wait_for(self.here, 20)


async def main():
    romeo, juliet = Person("romeo"), Person("juliet")
    await romeo.arrive()
    await juliet.arrive()
    say("arrived", romeo.boundjid.full)
    romeo.send_message(mto="juliet@localhost", mbody="但，轻声！ <&>", mtype="chat")
    message = await asyncio.wait_for(juliet.inbox.get(), 20)
    say("heard", message["from"].bare, message["body"])
    await juliet["xep_0199"].ping("localhost", timeout=20)
    say("pinged")
    results = [result async for result in juliet["xep_0313"].iterate(with_jid="romeo@localhost")]
    say("archive", len(results))
    await romeo["xep_0045"].join_muc_wait(ROOM, "romeo", timeout=20)
    say("joined")
    romeo.send_message(mto=ROOM, mbody="to all", mtype="groupchat")
    while True:
        said = await asyncio.wait_for(romeo.room.get(), 20)
        if said["body"] == "to all":
            break
    say("room", said["from"].resource)
    await juliet["xep_0191"].block("romeo@localhost")
    say("blocked")
    await romeo.disconnect()
    await juliet.disconnect()
    say("done")


asyncio.get_event_loop().run_until_complete(main())

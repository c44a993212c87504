"""A mail server on loopback (aiosmtpd): keeps what it takes in FOLDER, and does to a mailbox what FOLDER/moods says.

FOLDER/moods has lines `MAILBOX MOOD`; a mood is an answer to RCPT, like `550 5.1.1 no such mailbox`, or `hang`. It is read
anew for each message. The first line on standard output is the port.
"""

import argparse
import asyncio
import itertools
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--tls", choices=["none", "starttls", "implicit"], default="none")
    arguments.add_argument("--certificate")
    arguments.add_argument("--key")
    arguments.add_argument("--user")
    arguments.add_argument("--password-file", type=pathlib.Path)
    asyncio.run(serve(arguments.parse_args()))


async def serve(told):
    context = None
    if told.tls != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(told.certificate, told.key)
    options = {"hostname": "localhost"}
    if told.tls == "starttls":
        options.update(tls_context=context, require_starttls=True)
    if told.user:
        options.update(auth_required=True, authenticator=Authenticator(told), auth_require_tls=told.tls == "starttls")
    sink = Sink(told.folder)
    wrapped = context if told.tls == "implicit" else None
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, **options), "127.0.0.1", told.port, ssl=wrapped)
    print(server.sockets[0].getsockname()[1], flush=True)
    # The test that started it has ended, however it did.
    await loop.run_in_executor(None, sys.stdin.read)
    # A mailbox that hangs would keep the loop.
    import os

    os._exit(0)


class Authenticator:
    def __init__(self, told):
        self.expected = (told.user.encode(), told.password_file.read_bytes().strip())

    def __call__(self, server, session, envelope, mechanism, data):
        right = (data.login, data.password) == self.expected
        # Not handled: aiosmtpd itself answers 535.
        return AuthResult(success=right, handled=False, auth_data=data.login.decode())


class Sink:
    def __init__(self, folder):
        self.folder = folder
        taken = [int(path.stem) for path in folder.glob("*.eml")]
        self.numbers = itertools.count(max(taken, default=0) + 1)

    async def handle_RCPT(self, server, session, envelope, address, options):
        mood = self.moods().get(address, "250 OK")
        if mood == "hang":
            await asyncio.sleep(3600)
        if mood.startswith("250"):
            envelope.rcpt_tos.append(address)
        return mood

    async def handle_DATA(self, server, session, envelope):
        number = next(self.numbers)
        # The message last: whoever sees it finds the envelope.
        about = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "user": session.auth_data if session.authenticated else None,
            "tls": session.ssl is not None,
        }
        (self.folder / f"{number}.json").write_text(json.dumps(about))
        partial = self.folder / f"{number}.part"
        partial.write_bytes(envelope.original_content)
        partial.rename(self.folder / f"{number}.eml")
        return "250 2.0.0 taken"

    def moods(self):
        path = self.folder / "moods"
        lines = path.read_text().splitlines() if path.exists() else []
        return dict(line.split(" ", 1) for line in lines)


main()

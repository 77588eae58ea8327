"""A Dovecot IMAP server for tests, in a folder of its own: IMAPS and STARTTLS on free ports, sign-in by password and by
token (XOAUTH2), mail in maildirs that tests write to directly or over IMAP.

Works with Dovecot 2.3 and 2.4, whose configurations have nothing in common, and without root.
"""
import base64
import getpass
import grp
import hashlib
import hmac
import imaplib
import json
import os
import pathlib
import pwd
import secrets
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

PASSWORD = 'app "pass\\word" ü'


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program():
    return shutil.which("dovecot", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def certificate(folder, name, names):
    """A certificate that signs itself; its file is also the authority to trust."""
    key, pem = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                    key, "-out", pem, "-days", "2", "-subj", "/CN=tests", "-addext", f"subjectAltName={names}"],
                   check=True, stderr=subprocess.DEVNULL)
    return key, pem


# What both versions say alike.
SHARED = """service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
protocol imap {{
  mail_max_userip_connections = 1000
}}
"""

OLD = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_mechanisms = plain login xoauth2
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail/%u
mailbox_list_index = no
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
"""

OLD_TOKENS = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = sub
"""

NEW = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
ssl = yes
ssl_server_cert_file = {cert}
ssl_server_key_file = {key}
auth_allow_cleartext = no
auth_mechanisms = plain login xoauth2
oauth2 {{
  introspection_mode = local
  username_attribute = sub
  oauth2_local_validation {{
    dict fs {{
      fs posix {{
        prefix = {folder}/keys/
      }}
    }}
  }}
}}
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
auth_failure_delay = 0
first_valid_uid = 1
first_valid_gid = 1
mail_driver = maildir
mail_path = {folder}/mail/%{{user}}
mailbox_list_index = no
passdb passwd-file {{
  passwd_file_path = {folder}/users
  default_password_scheme = PLAIN
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {folder}/mail/%{{user}}
  }}
}}
"""


class Dovecot:
    """A server, started. Users are made by `add_user`."""

    def __init__(self, names="DNS:localhost,IP:127.0.0.1"):
        self.program = program()
        assert self.program, "no Dovecot is installed; scripts/test installs one"
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nextjob-dovecot-"))
        self.folder.chmod(0o755)
        self.new = subprocess.run([self.program, "--version"], capture_output=True, text=True).stdout >= "2.4"
        self.port, self.tls_port = free_port(), free_port()
        self.key, self.authority = certificate(self.folder, "server", names)
        (self.folder / "mail").mkdir()
        self.token_key = secrets.token_bytes(32)
        keys = self.folder / "keys" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_text(base64.b64encode(self.token_key).decode())
        (self.folder / "oauth2.conf").write_text(OLD_TOKENS.format(folder=self.folder))
        # Dovecot lets no mail belong to root.
        root = os.geteuid() == 0
        self.owner = pwd.getpwnam("dovenull" if root else getpass.getuser())
        self.users = {}
        self.write_users()
        me, group = self.owner.pw_name, grp.getgrgid(self.owner.pw_gid).gr_name
        (self.folder / "dovecot.conf").write_text(((NEW if self.new else OLD) + SHARED).format(
            folder=self.folder, cert=self.authority, key=self.key, port=self.port, tls_port=self.tls_port,
            internal="dovecot" if root else me, internal_group="dovecot" if root else group,
            login="dovenull" if root else me, uid=self.owner.pw_uid, gid=self.owner.pw_gid))
        self.own(self.folder / "mail")
        self.start()

    def own(self, path):
        if os.geteuid() == 0:
            for place in (path, *path.rglob("*")):
                os.chown(place, self.owner.pw_uid, self.owner.pw_gid)

    def write_users(self):
        lines = "".join(f"{name}:{{PLAIN}}{password}\n" for name, password in self.users.items())
        (self.folder / "users").write_text(lines)

    def add_user(self, name, password=PASSWORD):
        """Also changes a password. The server looks at its file once a second."""
        self.users[name] = password
        self.write_users()
        end = time.monotonic() + 30
        while True:
            try:
                self.client(name).logout()
                return
            except imaplib.IMAP4.error:
                assert time.monotonic() < end, self.log()
                time.sleep(0.1)

    def token(self, name, seconds=3600):
        """An access token of a user's: a JWT that the server knows to be good."""
        def part(value):
            return base64.urlsafe_b64encode(value).rstrip(b"=")
        now = int(time.time())
        claims = {"sub": name, "iat": now - 10, "nbf": now - 10, "exp": now + seconds}
        signed = part(b'{"alg":"HS256","typ":"JWT","kid":"default"}') + b"." + part(json.dumps(claims).encode())
        return (signed + b"." + part(hmac.digest(self.token_key, signed, hashlib.sha256))).decode()

    def start(self):
        self.process = subprocess.Popen([self.program, "-F", "-c", self.folder / "dovecot.conf"],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=open(self.folder / "start.log", "ab"), start_new_session=True)
        end = time.monotonic() + 60
        while True:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=10) as client:
                    if client.recv(4) == b"* OK":
                        return
            except OSError:
                pass
            assert self.process.poll() is None and time.monotonic() < end, self.log()
            time.sleep(0.02)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(60)

    def log(self):
        return "".join(file.read_text() for file in self.folder.glob("*.log"))

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def client(self, user):
        """A mail program of the user's, signed in."""
        context = ssl.create_default_context(cafile=self.authority)
        client = imaplib.IMAP4_SSL("localhost", self.tls_port, ssl_context=context)
        client.authenticate("PLAIN", lambda _: f"\0{user}\0{self.users[user]}".encode())
        return client

    def append(self, user, *mails, folder="INBOX"):
        with self.client(user) as client:
            for mail in mails:
                done = client.append(f'"{folder}"', None, None, mail)
                assert done[0] == "OK", done

    def directory(self, user, folder):
        return self.folder / "mail" / user / f".{folder}"

    def create(self, user, folder):
        with self.client(user) as client:
            done = client.create(f'"{folder}"')
            assert done[0] == "OK", done

    def flags(self, user, folder="INBOX"):
        """Of every mail in the folder."""
        with self.client(user) as client:
            client.select(f'"{folder}"', readonly=True)
            return client.uid("FETCH", "1:*", "(FLAGS)")[1]

    def renumber(self, user, folder="", validity=1234567):
        """Gives the mails of a folder new UIDs, as a server does that has lost its index."""
        directory = self.folder / "mail" / user / folder
        for name in directory.glob("dovecot*"):
            if name.is_file():
                name.unlink()
        (directory / "dovecot-uidlist").write_text(f"3 V{validity} N100 G{secrets.token_hex(16)}\n")
        self.own(directory)

"""Makes imported-hashes.json: hashes as other systems write them, each by the system itself.

    pip install Django==5.2.17 passlib==1.7.4 Werkzeug==3.1.9 bcrypt==5.0.0
    PASSLIB_BUILTIN_BCRYPT=enabled python test/support/imported-hashes.py > test/support/imported-hashes.json

Needs `htpasswd` (Apache) and `perl`, which calls the crypt(3) of libxcrypt, too.
"""
import json
import subprocess

import bcrypt
from django.conf import settings

settings.configure()
from django.contrib.auth import hashers as django
from passlib import hash as passlib
from werkzeug.security import generate_password_hash as werkzeug

PASSWORD = 'motdepassé de l’âge de Flask'
ASCII = 'plain ascii of another age'
LONG = 'ü' * 100
SALT = 'abcdefghijklmnopqrstuu'

verify, name = [], []


def known(system, stored, password=PASSWORD, **more):
    verify.append({'system': system, 'stored': stored, 'password': password, **more})


def crypt3(setting, password=PASSWORD):
    program = 'print crypt($ARGV[0], $ARGV[1])'
    return subprocess.run(['perl', '-e', program, password, setting], capture_output=True, text=True).stdout


def bcrypt_of(password=PASSWORD, prefix=b'2b'):
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(4, prefix=prefix))


passlib.bcrypt.set_backend('builtin')

known('Werkzeug, by default', werkzeug(PASSWORD))
known('Werkzeug, scrypt', werkzeug(PASSWORD, 'scrypt:1024:8:2'))
known('Werkzeug, pbkdf2 by default', werkzeug(PASSWORD, 'pbkdf2'))
for digest in ('sha1', 'sha224', 'sha256', 'sha384', 'sha512'):
    known(f'Werkzeug, pbkdf2:{digest}', werkzeug(PASSWORD, f'pbkdf2:{digest}:1000'))

known('Django, by default', django.PBKDF2PasswordHasher().encode(PASSWORD, django.PBKDF2PasswordHasher().salt()))
known('Django, pbkdf2_sha256', django.PBKDF2PasswordHasher().encode(PASSWORD, 'salt1salt', 1000))
known('Django, pbkdf2_sha1', django.PBKDF2SHA1PasswordHasher().encode(PASSWORD, 'salt2salt', 1000))
known('Django, scrypt', django.ScryptPasswordHasher().encode(PASSWORD, 'salt3salt', n=1024))
for hasher in (django.BCryptPasswordHasher(), django.BCryptSHA256PasswordHasher()):
    hasher.rounds = 4
    known(f'Django, {hasher.algorithm}', hasher.encode(PASSWORD, hasher.salt()))
known('Django, bcrypt_sha256 of 200 bytes', hasher.encode(LONG, hasher.salt()), LONG)

for version in (1, 2):
    handler = passlib.bcrypt_sha256.using(rounds=4, version=version)
    known(f'passlib, bcrypt-sha256 v{version}', handler.hash(PASSWORD))
    known(f'passlib, bcrypt-sha256 v{version} of 200 bytes', handler.hash(LONG), LONG)
known('passlib, pbkdf2_sha1', passlib.pbkdf2_sha1.using(rounds=1000).hash(PASSWORD))
known('passlib, pbkdf2_sha256', passlib.pbkdf2_sha256.using(rounds=1000).hash(PASSWORD))
known('passlib, pbkdf2_sha512', passlib.pbkdf2_sha512.using(rounds=1000).hash(PASSWORD))
known('passlib, scrypt', passlib.scrypt.using(rounds=10).hash(PASSWORD))
known('passlib, $2$', passlib.bcrypt.using(rounds=4, ident='2').hash(PASSWORD), kept=True)
known('passlib, $2$ of two letters', passlib.bcrypt.using(rounds=4, ident='2').hash('ab'), 'ab', kept=True)

known('bcrypt of Python, $2b$', bcrypt_of().decode())
known('bcrypt of Python, $2a$', bcrypt_of(prefix=b'2a').decode())
known('str() of the bytes of bcrypt of Python', str(bcrypt_of()))
known('bytes of bcrypt in a text column of PostgreSQL', '\\x' + bcrypt_of().hex())
known('a column of fixed width', bcrypt_of().decode().ljust(80))
known('a line of a file', bcrypt_of().decode() + '\r\n')
known('a column of fixed width in bytes', bcrypt_of().decode().ljust(72, '\0'))
known('Spring Security', '{bcrypt}' + bcrypt_of(prefix=b'2a').decode())
known('Dovecot', '{BLF-CRYPT}' + crypt3('$2y$04$' + SALT))
known('OpenLDAP', '{CRYPT}' + crypt3('$2b$04$' + SALT))
apache = ['htpasswd', '-nbBC', '4', 'x', PASSWORD]
known('htpasswd of Apache', subprocess.run(apache, capture_output=True, text=True).stdout.strip()[2:])
for variant in ('2a', '2b', '2y'):
    known(f'crypt(3), ${variant}$', crypt3(f'${variant}$04${SALT}'))
known('crypt(3), $2a$ of 300 bytes', crypt3(f'$2a$04${SALT}', 'x' * 300), 'x' * 300, kept=True)
known('crypt(3), $2x$ of ASCII', crypt3(f'$2x$04${SALT}', ASCII), ASCII)
known('crypt(3), $2b$ of 71 bytes', crypt3(f'$2b$04${SALT}', 'x' * 71), 'x' * 71)
known('crypt(3), $2b$ of 72 bytes', crypt3(f'$2b$04${SALT}', 'x' * 72), 'x' * 72, kept=True)

for kind in (
    'md5_crypt sha256_crypt sha512_crypt apr_md5_crypt phpass ldap_salted_sha1 hex_md5 hex_sha1 hex_sha256 hex_sha512 '
    'des_crypt django_salted_md5 django_salted_sha1'
).split():
    name.append({'system': f'passlib, {kind}', 'stored': getattr(passlib, kind).hash(PASSWORD)})
name.append({'system': 'crypt(3), $2x$ beyond ASCII', 'stored': crypt3(f'$2x$04${SALT}')})
name.append({'system': 'Django, unusable', 'stored': django.make_password(None)})

print(json.dumps({'password': PASSWORD, 'verify': verify, 'name': name}, ensure_ascii=False, indent=2))

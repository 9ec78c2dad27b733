import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { AuthenticationBackend, type BackendAnswer, type PasswordAttempt, UsersService } from 'latchkey';
import { Client, EqualityFilter, InvalidCredentialsError } from 'ldapts';

const { LDAP_URL = '', LDAP_CA = '', LDAP_READER = '', LDAP_READER_PASSWORD = '' } = process.env;
const PEOPLE = 'ou=people,dc=example,dc=com';
const NOBODY = `uid=.,${PEOPLE}`;

@Injectable()
export class LdapBackend extends AuthenticationBackend {
  constructor(private readonly users: UsersService) {
    super();
  }

  async authenticate({ username, password, request }: PasswordAttempt): Promise<BackendAnswer> {
    const entry = await this.find(username);
    // Also for an unknown name, which would otherwise be refused sooner.
    const isRight = await this.isRight(entry?.dn ?? NOBODY, password);
    if (!entry) return 'not mine';
    return isRight ? this.users.provision(entry.account, request) : 'wrong password';
  }

  private async find(username: string) {
    return this.connected(async (client) => {
      await client.bind(LDAP_READER, LDAP_READER_PASSWORD);
      // A filter as an object needs no escaping (RFC 4515). Never put a name into the text of a filter or a DN.
      const filter = new EqualityFilter({ attribute: 'uid', value: username });
      const attributes = ['uid', 'mail', 'entryUUID'];
      const { searchEntries } = await client.search(PEOPLE, {
        scope: 'one',
        filter,
        attributes,
        sizeLimit: 2,
      });
      const [{ dn, uid, mail, entryUUID } = { dn: '', uid: '', mail: '', entryUUID: '' }] = searchEntries;
      // LDAP treats more names as equal than the throttle does, which counts guesses by name.
      if (searchEntries.length !== 1 || String(uid).toLowerCase() !== username.toLowerCase()) return null;
      const email = mail.length > 0 ? String(mail) : null;
      return { dn, account: { username: String(uid), email, system: 'ldap', subject: String(entryUUID) } };
    });
  }

  private isRight(dn: string, password: string): Promise<boolean> {
    return this.connected(async (client) => {
      try {
        await client.bind(dn, password);
        return true;
      } catch (error) {
        if (error instanceof InvalidCredentialsError) return false;
        throw error; // it does not answer: 503
      }
    });
  }

  /** A connection of its own, so that nobody else's request goes out under this name. */
  private async connected<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ url: LDAP_URL, connectTimeout: 1_000, timeout: 1_000 });
    try {
      await client.startTLS({ ca: readFileSync(LDAP_CA), servername: new URL(LDAP_URL).hostname });
      return await work(client);
    } finally {
      await client.unbind();
    }
  }
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './app';
import { eventually } from './eventually';
import { CERTIFICATE, KEY } from './self-signed';
import { findSlapd } from './services.cjs';

export const SUFFIX = 'dc=example,dc=com';
const READER = `cn=reader,${SUFFIX}`;
const READER_PASSWORD = 'the password of the reader';
const SCHEMAS = ['core', 'cosine', 'inetorgperson'];

/** An OpenLDAP that takes passwords over TLS alone, in a folder of its own. */
export class Slapd {
  private process: ChildProcess | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  /** @param people names and passwords. */
  static async start(people: Record<string, string>): Promise<Slapd> {
    const slapd = new Slapd(await mkdtemp(join(tmpdir(), 'latchkey-slapd-')), await freePort());
    await slapd.write(people);
    await slapd.run();
    return slapd;
  }

  /** What an application needs to use it. */
  get settings(): Record<string, string> {
    return {
      LDAP_URL: `ldap://localhost:${this.port}`,
      LDAP_CA: this.path('certificate.pem'),
      LDAP_READER: READER,
      LDAP_READER_PASSWORD: READER_PASSWORD,
    };
  }

  async run(): Promise<void> {
    const { file = '' } = findSlapd();
    this.process = spawn(file, [...this.arguments, '-h', `ldap://127.0.0.1:${this.port}`, '-d', '0']);
    await eventually(() => this.accepts(), Boolean);
  }

  /** Like a machine that hangs: it accepts connections and does not answer. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.process?.kill('SIGCONT');
  }

  async halt(): Promise<void> {
    if (!this.process) return;
    const ended = once(this.process, 'close');
    this.process.kill('SIGKILL');
    await ended;
    this.process = undefined;
  }

  async remove(): Promise<void> {
    await this.halt();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async write(people: Record<string, string>): Promise<void> {
    await mkdir(this.path('data'));
    await writeFile(this.path('certificate.pem'), CERTIFICATE);
    await writeFile(this.path('key.pem'), KEY, { mode: 0o600 });
    await writeFile(this.path('slapd.conf'), this.configuration());
    await writeFile(this.path('people.ldif'), entries(people));
    execFileSync('/usr/sbin/slapadd', [...this.arguments, '-l', this.path('people.ldif')]);
  }

  private get arguments(): string[] {
    return ['-f', this.path('slapd.conf')];
  }

  private configuration(): string {
    return [
      ...SCHEMAS.map((name) => `include /etc/ldap/schema/${name}.schema`),
      'modulepath /usr/lib/ldap',
      'moduleload back_mdb',
      `TLSCertificateFile ${this.path('certificate.pem')}`,
      `TLSCertificateKeyFile ${this.path('key.pem')}`,
      'security simple_bind=128',
      'database mdb',
      'maxsize 10485760',
      `suffix "${SUFFIX}"`,
      `rootdn "${READER}"`,
      `rootpw "${READER_PASSWORD}"`,
      `directory ${this.path('data')}`,
      'access to attrs=userPassword by anonymous auth',
      '',
    ].join('\n');
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  private accepts(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false)).on('close', () => resolve(false));
      socket.unref();
      setTimeout(() => socket.destroy(), 200);
    });
  }
}

function entries(people: Record<string, string>): string {
  const person = ([uid, password]: [string, string]) =>
    `dn: uid=${uid},ou=people,${SUFFIX}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}\nmail: ${uid}@example.com\nuserPassword: ${password}\n`;
  return [
    `dn: ${SUFFIX}\nobjectClass: organization\nobjectClass: dcObject\no: Example\ndc: example\n`,
    `dn: ou=people,${SUFFIX}\nobjectClass: organizationalUnit\nou: people\n`,
    ...Object.entries(people).map(person),
  ].join('\n');
}

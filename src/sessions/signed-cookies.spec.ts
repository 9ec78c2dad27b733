import fc from 'fast-check';
import { Clock } from '../options/clock';
import { loadSettings } from '../options/load-settings';
import { SignedCookies } from './signed-cookies';
import { Signer } from './signer';

const MINUTE = 60_000;
const MORNING = Date.UTC(2026, 0, 1, 9);

class FixedClock extends Clock {
  constructor(public time = MORNING) {
    super();
  }

  now(): number {
    return this.time;
  }
}

const cookies = (secrets = 'first secret', clock: Clock = new FixedClock()) =>
  new SignedCookies(new Signer(loadSettings({ SESSION_SECRET: secrets })), clock);

describe('A signed cookie', () => {
  it('holds any JSON value, readable by anyone, in letters that need no quoting', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = cookies().seal('session', value);
        expect(text).toMatch(/^[\w-]+\.\d+\.[\w-]{43}$/);
        const [payload] = text.split('.');
        expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
        expect(cookies().open('session', text, MINUTE)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('with any character changed to any other is nothing', () => {
    const text = cookies().seal('session', { count: 7 });
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ %';
    for (let at = 0; at < text.length; at += 1) {
      for (const letter of alphabet) {
        if (letter === text[at]) continue;
        const changed = text.slice(0, at) + letter + text.slice(at + 1);
        expect({ changed, value: cookies().open('session', changed, MINUTE) }).toEqual({
          changed,
          value: undefined,
        });
      }
    }
  });

  it.each([
    ['cut', (text: string) => text.slice(0, -1)],
    ['longer', (text: string) => `${text}A`],
    ['padded', (text: string) => `${text}=`],
    ['with a line break', (text: string) => `${text}\n`],
    ['without its signature', (text: string) => text.slice(0, text.lastIndexOf('.'))],
    ['with an empty signature', (text: string) => text.slice(0, text.lastIndexOf('.') + 1)],
    ['without its time', (text: string) => text.replace(/\.\d+\./, '.')],
    ['with a zero before its time', (text: string) => text.replace('.', '.0')],
    ['with an empty payload', (text: string) => text.slice(text.indexOf('.'))],
    ['twice', (text: string) => text + text],
  ])('%s is nothing', (_, change) => {
    expect(
      cookies().open('session', change(cookies().seal('session', { count: 7 })), MINUTE),
    ).toBeUndefined();
  });

  it('that is no cookie of ours at all is nothing', () => {
    expect(cookies().open('session', undefined, MINUTE)).toBeUndefined();
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(cookies().open('session', text, MINUTE)).toBeUndefined();
      }),
    );
  });

  it('of another name, or whose name and text were joined in another way, is nothing', () => {
    const text = cookies().seal('session', { count: 7 });
    for (const name of ['flash', 'sessio', 'session ', 'Session', '']) {
      expect(cookies().open(name, text, MINUTE)).toBeUndefined();
    }
  });

  it('is open until it is too old, and not a moment longer', () => {
    const clock = new FixedClock();
    const sealed = cookies('secret', clock).seal('session', 1);
    clock.time = MORNING + MINUTE;
    expect(cookies('secret', clock).open('session', sealed, MINUTE)).toBe(1);
    clock.time += 1;
    expect(cookies('secret', clock).open('session', sealed, MINUTE)).toBeUndefined();
  });

  it('from the future is nothing, apart from the few seconds that clocks may differ by', () => {
    const sealedIn = (ahead: number) => cookies('secret', new FixedClock(MORNING + ahead)).seal('session', 1);
    expect(cookies('secret').open('session', sealedIn(7_000), MINUTE)).toBeUndefined();
    expect(cookies('secret').open('session', sealedIn(3_000), MINUTE)).toBe(1);
  });

  it('that was sealed within this second is not from the future', () => {
    const clock = new FixedClock(MORNING + 999);
    expect(
      cookies('secret', clock).open('session', cookies('secret', clock).seal('session', 1), MINUTE),
    ).toBe(1);
  });

  it('outlives the rotation of secrets until the one that signed it is gone', () => {
    const sealed = cookies('old').seal('session', 1);
    expect(cookies('new,old').open('session', sealed, MINUTE)).toBe(1);
    expect(cookies('newest, new, old').open('session', sealed, MINUTE)).toBe(1);
    expect(cookies('new').open('session', sealed, MINUTE)).toBeUndefined();
  });

  it('is signed with the first secret alone', () => {
    const sealed = cookies('new,old').seal('session', 1);
    expect(cookies('new').open('session', sealed, MINUTE)).toBe(1);
    expect(cookies('old').open('session', sealed, MINUTE)).toBeUndefined();
  });
});

import { canonicalEmail, emailObjection, needsSmtpUtf8 } from './email';

const NOT_AN_EMAIL = 'Use an e-mail address such as ada@example.com.';

describe('An e-mail address', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    [' Ada@Example.COM ', 'ada@example.com'],
    ['a+b=?c@example.com', 'a+b=?c@example.com'],
    ["o'hara!#$%&*/^_`{|}~-x@example.co.uk", "o'hara!#$%&*/^_`{|}~-x@example.co.uk"],
    ['a@exämple.de', 'a@xn--exmple-cua.de'],
    ['a@EXÄMPLE.DE', 'a@xn--exmple-cua.de'],
    ['a@exa\u0308mple.de', 'a@xn--exmple-cua.de'],
    ['a@xn--exmple-cua.de', 'a@xn--exmple-cua.de'],
    ['x@пример.рф', 'x@xn--e1afmkfd.xn--p1ai'],
    ['x@例え。テスト', 'x@xn--r8jz45g.xn--zckzah'],
    ['x@faß.de', 'x@xn--fa-hia.de'],
    ['jürgen@example.de', 'jürgen@example.de'],
    ['JU\u0308RGEN@example.de', 'jürgen@example.de'],
    ['иван@пример.рф', 'иван@xn--e1afmkfd.xn--p1ai'],
    ['用户@例え.テスト', '用户@xn--r8jz45g.xn--zckzah'],
  ])('can be %j, and is the same as all of the form %j', (email, canonical) => {
    expect(emailObjection(email.trim())).toBeNull();
    expect(canonicalEmail(email)).toBe(canonical);
    expect(canonicalEmail(canonical)).toBe(canonical);
  });

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'a..b@example.com',
    'ü..ü@example.com',
    '.ü@example.com',
    'ü@localhost',
    'ada@-exämple.de',
    `${'ü'.repeat(33)}@example.com`,
    'ü\u200d@example.com',
    'ü"x"@example.com',
    'ü (comment)@example.com',
    'ada@１２７.０.０.１',
    'ada@exämple.d_e',
    undefined,
    null,
    ['ada@example.com'],
  ])('cannot be %j', (email) => {
    expect(emailObjection(email)).toBe(NOT_AN_EMAIL);
  });

  it('is bounded in the form that is stored too, before anything is computed of it', () => {
    expect(
      emailObjection(`a@${['ä', 'ö', 'ü', 'é', 'è'].map((letter) => letter + 'a'.repeat(45)).join('.')}.de`),
    ).not.toBeNull();
    const before = performance.now();
    expect(emailObjection(`${'\u0344'.repeat(90_000)}@example.com`)).toBe('Use at most 254 characters.');
    expect(performance.now() - before).toBeLessThan(50);
  });

  it.each([
    ['ada@example.com', false],
    ['ada@exämple.de', false],
    ['jürgen@example.de', true],
  ])('%s needs a server that offers SMTPUTF8: %s', (email, expected) => {
    expect(needsSmtpUtf8(email)).toBe(expected);
  });
});

import type { Request } from 'express';
import { differentCookies, onlyCookie } from './cookies';

const sending = (cookie?: string) => ({ headers: { cookie } }) as Request;

describe('The cookies of a name that a request sends', () => {
  it.each([
    [undefined, []],
    ['', []],
    ['sid', []],
    ['SID=a; sidx=b; xsid=c', []],
    ['sid=a', ['a']],
    ['sid=a; other=b; sid=a', ['a']],
    [' sid = a ;sid=a', ['a']],
    ['\u00a0sid=a', []],
    ['sid=a; sid=b', ['a', 'b']],
    ['sid=; sid=a', ['', 'a']],
    ['sid=a=b; sid=a', ['a=b', 'a']],
  ])('in %j are %j', (header, texts) => {
    expect(differentCookies(sending(header), 'sid')).toEqual(texts);
  });

  it.each([
    [undefined, undefined],
    ['other=a', undefined],
    ['sid=s%3Aa', 's:a'],
    ['sid=a; sid="a"', undefined],
    ['sid=%zz', '%zz'],
    ['sid=a; sid=b', undefined],
    ['sid =b; sid=a', undefined],
    ['toString=a', undefined],
  ])('in %j leave no doubt about %j', (header, value) => {
    expect(onlyCookie(sending(header), 'sid')).toBe(value);
  });
});

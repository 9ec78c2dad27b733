import { bareAddress, clientAddress } from './client-address';

describe('An address', () => {
  it.each([
    ['203.0.113.10', '203.0.113.10'],
    ['203.0.113.10:50000', '203.0.113.10'],
    [' 203.0.113.10:1 ', '203.0.113.10'],
    ['[203.0.113.10]:443', '203.0.113.10'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:DB8:0:0:0:0:0:1]:443', '2001:db8::1'],
    ['::ffff:203.0.113.10', '203.0.113.10'],
    ['[::ffff:203.0.113.10]:443', '203.0.113.10'],
    ['::ffff:cb00:710a', '203.0.113.10'],
    ['64:ff9b::203.0.113.7', '64:ff9b::cb00:7107'],
    ['[64:ff9b::203.0.113.7]:443', '64:ff9b::cb00:7107'],
    ['::1.2.3.4', '::102:304'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:443', 'fe80::1'],
    ['::1', '::1'],
  ])('%s is %s', (text, address) => {
    expect(bareAddress(text)).toBe(address);
  });

  it.each([
    undefined,
    '',
    'unknown',
    '_hidden',
    'localhost',
    '203.0.113',
    '203.0.113.10.1:1',
    '203.0.113.10:',
    '203.0.113.10:123456',
    '203.0.113.10:http',
    '0x7f.1',
    '2130706433',
    '010.0.0.1',
    '[2001:db8::1',
    '2001:db8::1]:443',
    '[]:443',
    '[2001:db8::1]:443, 10.0.0.1',
    `203.0.113.10:${'1'.repeat(100_000)}`,
    `${' '.repeat(100_000)}203.0.113.10`,
  ])('is none: %.40s', (text) => {
    expect(bareAddress(text)).toBeNull();
  });

  it('that cannot be read is that of the socket', () => {
    const socket = { remoteAddress: '::ffff:198.51.100.1' } as never;
    expect(clientAddress({ ip: 'unknown', socket })).toBe('198.51.100.1');
    expect(clientAddress({ ip: '203.0.113.10:50000', socket })).toBe('203.0.113.10');
    expect(clientAddress({ socket: {} })).toBeNull();
    expect(clientAddress({})).toBeNull();
  });
});

import { isDecoratedWord } from './decorated-word';

describe('A decorated word', () => {
  it.each([
    'Pass@123',
    'Admin@123',
    'Password@123',
    'Welcome@123',
    'contraseña',
    'CONTRASENA',
    'woaini1314',
    '5201314520',
    'schokolade',
    'Senha@2024',
    'P@ssw0rd@123',
    '$enha2024',
    '@Admin123',
    '123@Admin',
    'Dr@gon2024',
    'Iloveyou@1',
    'Bonjour123!',
    'Sommer2023',
    'Summer2024!!',
    'Habibi@786',
    'jaishreeram1',
    'Mahadev@108',
    'Bangladesh@1',
    'Pakistan@123',
    'Пароль123',
    'привет2024',
    'Sayang123!',
    'Qwerty@123',
    'Abcd@1234',
    '13141314',
    'Test_1234',
  ])('is %s', (password) => {
    expect(isDecoratedWord(password)).toBe(true);
  });

  it.each([
    'elephant4821', // not a popular number
    'xkqjzvbw',
    'nine lives',
    'correct horse battery staple',
    'teapot!garden',
    'kitchen-window-7',
    'M4ple+River',
    '4927163508',
    'p7!Qz@x9Lw2#',
    '!!!@@@###$$$',
    '\u{1f511}\u{1f511}\u{1f511}',
    '',
  ])('is not %j', (password) => {
    expect(isDecoratedWord(password)).toBe(false);
  });

  it('is found in less than a millisecond', () => {
    isDecoratedWord('warm up');
    const before = process.cpuUsage();
    for (let round = 0; round < 200; round += 1)
      isDecoratedWord(`${'@!4$'.repeat(4)}pa$$w0rd!${'4'.repeat(3)}`);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 200).toBeLessThan(1_000);
  });
});

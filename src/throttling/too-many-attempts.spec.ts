import { TooManyAttempts } from './too-many-attempts';

describe('TooManyAttempts', () => {
  it.each([
    [1, '1 second'],
    [59, '59 seconds'],
    [60, '1 minute'],
    [61, '2 minutes'],
    [900, '15 minutes'],
    [3_599, '1 hour'],
    [3_600, '1 hour'],
    [86_400, '24 hours'],
  ])('says of %i s: %s', (seconds, words) => {
    expect(new TooManyAttempts(seconds).message).toBe(`Too many attempts. Try again in ${words}.`);
  });
});

import { postgresAddress } from './postgres-address';

const address = (query: string) => postgresAddress(`postgres://app:secret@localhost/app${query}`);

describe('The address of a PostgreSQL database', () => {
  it.each([
    ['?sslmod=require', 'sslmode'],
    ['?ssl_mode=require', 'sslmode'],
    ['?Schema=login', 'schema'],
    ['?currentSchema=login', 'schema'],
    ['?sslrootcrt=/ca.pem', 'sslrootcert'],
  ])('with %s is refused: it would go without %s', (query, meant) => {
    expect(() => address(query)).toThrow(`did you mean ${meant}?`);
  });

  it('with a parameter given twice is refused', () => {
    expect(() => address('?schema=login&schema=public')).toThrow('the parameter schema is given twice');
  });

  it.each(['', '?schema=login', '?sslmode=disable', '?application_name=shop', '?ssl=true'])(
    'may have %j',
    (query) => {
      expect(address(query)).toMatchObject({ host: 'localhost', database: 'app' });
    },
  );
});

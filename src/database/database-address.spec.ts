import type { DataSource } from 'typeorm';
import { addressOf, addressOfHost } from './database-address';

describe('The address of the database', () => {
  const databaseUrl = 'postgres://ada:secret@db.example:5433/app';

  it('has the options of the connection beside those of the URL', () => {
    const options = { ssl: { ca: 'PEM' }, schema: 'auth of ours' };
    expect(addressOf({ databaseUrl, databasePool: 20 }, options)).toEqual({
      type: 'postgres',
      connection: expect.objectContaining({
        host: 'db.example',
        port: 5433,
        max: 20,
        ssl: { ca: 'PEM' },
        schema: 'auth of ours',
        options: '-c search_path="auth\\ of\\ ours"',
      }),
    });
  });

  it.each([
    [{ ssl: true }, 'database.ssl'],
    [{ schema: 'auth' }, 'database.schema'],
  ])('of an SQLite file takes no %j', (options, name) => {
    const address = () => addressOf({ databaseUrl: 'sqlite:app.db', databasePool: 10 }, options);
    expect(address).toThrow(`${name} needs a database.url of PostgreSQL`);
  });

  it("is that of the application's DataSource, with its password and schema", () => {
    const options = { host: 'db.example', ssl: { ca: 'PEM' }, max: 5, options: '-c lock_timeout=1s' };
    Object.defineProperty(options, 'password', { value: 'secret' }); // not enumerable, as in pg
    const source = {
      name: 'default',
      options: { type: 'postgres', schema: 'app' },
      driver: { master: { options } },
    };
    expect(addressOfHost('default', source as unknown as DataSource)).toEqual({
      type: 'postgres',
      connection: {
        ...options,
        password: 'secret',
        schema: 'app',
        options: '-c lock_timeout=1s -c search_path="app"',
      },
    });
  });

  it.each([
    ['mysql', undefined, 'is of the type mysql. It may be postgres or sqlite'],
    ['better-sqlite3', '', 'is in memory'],
  ])('cannot be that of a DataSource of the type %s with the database %s', (type, database, sentence) => {
    const source = { options: { type, database }, driver: {} };
    expect(() => addressOfHost('default', source as unknown as DataSource)).toThrow(sentence);
  });
});

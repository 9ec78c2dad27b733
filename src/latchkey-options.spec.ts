import { LatchkeyModule } from './latchkey.module';

describe('The options of the database', () => {
  it.each([
    [{ dataSource: '' }, 'database.dataSource may be the name of a DataSource of the application'],
    [{ dataSource: 'latchkey' }, 'database.dataSource may be the name of a DataSource of the application'],
    [{ dataSource: 'default', migrate: 'no' }, 'database.migrate may be true or false'],
    [{ migrate: false }, 'database.migrate needs a database.dataSource'],
    [{ dataSource: 'default', url: 'sqlite:app.db' }, 'database.url cannot be beside database.dataSource'],
    [{ dataSource: 'default', schema: 'auth' }, 'database.schema cannot be beside database.dataSource'],
    [{ schema: 'a"b' }, 'database.schema may be a name without a quotation mark'],
    [{ ssl: 'require' }, 'database.ssl may be true, false or an object of TLS options'],
    [{ pool: 0 }, 'database.pool may be a whole number from 1 to 1000'],
    [{ datasource: 'default' }, 'database.datasource is not an option'],
  ])('%j: %s', (database, sentence) => {
    expect(() => LatchkeyModule.forRoot({ database } as object)).toThrow(sentence);
  });

  it('leave no migrations for nobody to run', () => {
    class CreateOrders1 {
      up = () => Promise.resolve();
      down = () => Promise.resolve();
    }
    const database = { dataSource: 'default', migrate: false };
    expect(() => LatchkeyModule.forRoot({ database, migrations: [CreateOrders1] })).toThrow(
      'migrations: with database.migrate false, your DataSource runs them',
    );
  });

  it('that useFactory returns are not those beside it', () => {
    const useFactory = () => ({});
    expect(() =>
      LatchkeyModule.forRootAsync({ useFactory, database: { url: 'sqlite:app.db' } as object }),
    ).toThrow('database.url belongs to what useFactory returns');
    expect(() =>
      LatchkeyModule.forRootAsync({ useFactory, database: { dataSource: 'default' } }),
    ).not.toThrow();
  });
});

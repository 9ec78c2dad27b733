import { UserStore } from '../../src/index';
import { userStoreContract } from '../../src/testing';
import { TestApp } from '../support/app';

describe('The user store of TypeORM', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start();
  });
  afterEach(() => app.close());

  it.each(userStoreContract)('$name', ({ check }) => check(app.app.get(UserStore, { strict: false })));
});

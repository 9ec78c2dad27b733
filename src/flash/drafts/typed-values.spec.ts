import { typedValues } from './typed-values';

describe('What was typed into a form', () => {
  it('is every field that is a text', () => {
    expect(typedValues({ content: 'Hello', email: 'ada@example.com' })).toEqual({
      content: 'Hello',
      email: 'ada@example.com',
    });
  });

  it('holds no secret, whatever its case, and nothing that belongs to the page', () => {
    const body = {
      password: 'x',
      currentPassword: 'x',
      NEW_PASSWORD: 'x',
      apiToken: 'x',
      clientSecret: 'x',
      _csrf: 'x',
      _method: 'PATCH',
      next: '/account',
    };
    expect(typedValues(body)).toEqual({});
  });

  it('leaves out what is empty, sent twice or no text', () => {
    expect(typedValues({ empty: '', twice: ['a', 'b'], number: 1, nothing: null })).toEqual({});
    expect(typedValues(undefined)).toEqual({});
  });
});

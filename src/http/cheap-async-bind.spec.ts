import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { useCheapAsyncBind } from './cheap-async-bind';

describe('useCheapAsyncBind', () => {
  const original = Object.getOwnPropertyDescriptor(AsyncResource, 'bind')!;
  beforeAll(useCheapAsyncBind);
  afterAll(() => Object.defineProperty(AsyncResource, 'bind', original));

  it('runs the function in the context in which it was bound', () => {
    const storage = new AsyncLocalStorage<string>();
    const bound = storage.run('outer', () => AsyncResource.bind(() => storage.getStore()));
    expect(storage.run('inner', bound)).toBe('outer');
  });

  it('passes on arguments, the result and an exception', () => {
    const divide = AsyncResource.bind((one: number, other: number) => {
      if (other === 0) throw new RangeError('by zero');
      return one / other;
    });
    expect(divide(6, 3)).toBe(2);
    expect(() => divide(1, 0)).toThrow(new RangeError('by zero'));
  });

  it('takes `this` from the call, or from the binding if it names one', () => {
    function self(this: unknown) {
      return this;
    }
    const [caller, named] = [{}, {}];
    expect(AsyncResource.bind(self).call(caller)).toBe(caller);
    expect(AsyncResource.bind(self, 'TEST', named).call(caller)).toBe(named);
  });

  it('sets no prototype on the bound function', () => {
    expect('asyncResource' in AsyncResource.bind(() => undefined)).toBe(false);
  });
});

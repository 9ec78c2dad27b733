import type { ArgumentMetadata } from '@nestjs/common';
import { IsString } from 'class-validator';
import { InputPipe } from './input.pipe';

class Deposit {
  @IsString()
  content!: string;
}

describe('Input', () => {
  const pipe = new InputPipe();
  const body = (metatype: ArgumentMetadata['metatype']): ArgumentMetadata => ({ type: 'body', metatype });

  it('for a class must be an object with its fields', async () => {
    await expect(pipe.transform({ content: 'x' }, body(Deposit))).resolves.toBeInstanceOf(Deposit);
    for (const value of ['text', 7, []]) {
      expect(() => pipe.transform(value, body(Deposit))).toThrow('The body must be an object.');
    }
    for (const value of [undefined, {}, { content: 7 }]) {
      await expect(pipe.transform(value, body(Deposit))).rejects.toMatchObject({ status: 422 });
    }
    await expect(pipe.transform({ content: 'x', role: 'admin' }, body(Deposit))).rejects.toMatchObject({
      status: 400,
    });
  });

  it.each([undefined, String, Number, Boolean, Array, Object])(
    'for no class is handed on as it is: one field, an argument, a message (%p)',
    (metatype) => {
      for (const value of ['text', 7, true, null, undefined, ['a'], { a: 1 }]) {
        expect(pipe.transform(value, body(metatype as never))).toBe(value);
      }
    },
  );
});

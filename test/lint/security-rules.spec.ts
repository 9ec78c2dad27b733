import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { plugin, samples } from '../../security-rules.cjs';

it.each(samples)('The rule %s reports what it is there to find', (rule, code) => {
  const linter = new Linter();
  for (const text of code) {
    const messages = linter.verify(text, {
      languageOptions: { parser: tseslint.parser },
      plugins: { latchkey: plugin },
      rules: { [rule]: 'error' },
    });
    expect(messages.map(({ ruleId }) => ruleId)).toContain(rule);
  }
});

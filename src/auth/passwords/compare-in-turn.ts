import bcrypt from 'bcrypt';
import type { Comparison } from './password-runner';

/** Compares the pairs in order until one matches. */
export async function compareInTurn(comparisons: Comparison[]): Promise<boolean> {
  for (const { text, hash } of comparisons) if (await bcrypt.compare(text, hash)) return true;
  return false;
}

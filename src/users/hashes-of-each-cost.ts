import type { Repository } from 'typeorm';
import { PASSWORD_ELSEWHERE } from './password-elsewhere';
import type { User } from './user.entity';

/** IDs per statement: over all rows of a large table, PostgreSQL would cancel it. */
const IDS = 20_000;
/** Of hashes other than bcrypt. An import brings one kind or a few. */
const SAMPLES = 100;
const BCRYPT = { pattern: '%$2_$__$%' };

/** Stored password hashes in parts: one per bcrypt cost, and samples of other kinds. */
export async function* hashesOfEachCost(users: Repository<User>): AsyncGenerator<string[]> {
  const position = users.manager.connection.options.type === 'postgres' ? 'strpos' : 'instr';
  const last = (await users.maximum('id')) ?? 0;
  for (let from = 0; from < last; from += IDS) {
    const part = () =>
      users.createQueryBuilder('u').where('u.id > :from AND u.id <= :to', { from, to: from + IDS });
    const bcrypt = await part()
      .select('MIN(u.passwordHash)', 'hash')
      .andWhere('u.passwordHash LIKE :pattern', BCRYPT)
      .groupBy(`SUBSTR(u.passwordHash, ${position}(u.passwordHash, '$2'), 7)`)
      .getRawMany<{ hash: string }>();
    const others = await part()
      .select('u.passwordHash', 'hash')
      .andWhere('u.passwordHash NOT LIKE :pattern', BCRYPT)
      .andWhere('u.passwordHash NOT LIKE :none', { none: `${PASSWORD_ELSEWHERE}%` })
      .limit(SAMPLES)
      .getRawMany<{ hash: string }>();
    yield [...bcrypt, ...others].map(({ hash }) => hash);
  }
}

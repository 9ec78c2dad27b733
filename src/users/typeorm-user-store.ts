import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, type Repository } from 'typeorm';
import { Database } from '../database/database';
import { isUniqueViolation } from '../database/constraint-violations';
import { AlreadyTaken } from '../responses/already-taken';
import { type NewUser, type SecurityChanges, type UserChanges, UserStore } from './user-store';
import { User } from './user.entity';

@Injectable()
export class TypeOrmUserStore extends UserStore {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly database: Database,
  ) {
    super();
  }

  findById(id: number): Promise<User | null> {
    return this.users.findOneBy({ id });
  }

  findByCanonicalUsername(usernameCanonical: string): Promise<User | null> {
    return this.users.findOneBy({ usernameCanonical });
  }

  list(limit: number, after = 0): Promise<User[]> {
    return this.users.find({ where: { id: MoreThan(after) }, order: { id: 'ASC' }, take: limit });
  }

  async insert(user: NewUser): Promise<User> {
    const { identifiers } = await unlessTaken(
      this.database.write((manager) => manager.insert(User, { ...user })),
    );
    return { ...user, id: identifiers[0].id as number };
  }

  async update(id: number, changes: UserChanges): Promise<boolean> {
    const { affected } = await unlessTaken(
      this.database.write((manager) => manager.update(User, { id }, changes)),
    );
    return affected === 1;
  }

  async replacePasswordHash(id: number, current: string, replacement: string): Promise<void> {
    await this.database.write((manager) =>
      manager.update(User, { id, passwordHash: current }, { passwordHash: replacement }),
    );
  }

  async secure(id: number, changes: SecurityChanges, from?: number): Promise<boolean> {
    const still = from === undefined ? {} : { securityVersion: from };
    // Counted by the database: two requests that read the version first would raise it only once.
    const raised = { securityVersion: () => 'security_version + 1' };
    const { affected } = await this.database.write((manager) =>
      manager.update(User, { id, ...still }, { ...changes, ...raised }),
    );
    return affected === 1;
  }

  async remove(id: number): Promise<boolean> {
    const { affected } = await this.database.write((manager) => manager.delete(User, { id }));
    return affected === 1;
  }
}

/** Only the database can tell: of two sign-ups at once, both find the name free when they look. */
async function unlessTaken<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (error) {
    if (isUniqueViolation(error)) throw new AlreadyTaken({ username: ['This name is taken.'] });
    throw error;
  }
}

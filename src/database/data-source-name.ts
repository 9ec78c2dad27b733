/**
 * The name of Latchkey's TypeORM DataSource, so that it does not collide with the application's own. For
 * `TypeOrmModule.forFeature([Invoice], LATCHKEY_DATA_SOURCE)` and `@InjectRepository(Invoice, LATCHKEY_DATA_SOURCE)`.
 */
export const LATCHKEY_DATA_SOURCE = 'latchkey';

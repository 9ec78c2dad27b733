import { RowList } from './row-list';

interface Note {
  id: number;
  ownerId: number;
  text: string;
}

const NOTES = new RowList<Note, Note>({
  columns: { id: 'note.id', ownerId: 'note.owner_id', text: 'note.text' },
  from: 'notes note',
  order: 'DESC',
  item: (row) => ({ ...row, text: row.text.trim() }),
});
const SELECT = 'SELECT note.id AS "id", note.owner_id AS "ownerId", note.text AS "text" FROM notes note';

/** Answers each read with these rows. */
function reader(...rows: Note[]) {
  const asked: [sql: string, parameters: readonly unknown[]][] = [];
  const read = <Row>(sql: string, parameters: readonly unknown[]) => {
    asked.push([sql.replace(/ +/g, ' '), parameters]);
    return Promise.resolve(rows as Row[]);
  };
  return { asked, read };
}

describe('A row list', () => {
  it('reads one row more than the page has, behind the cursor', async () => {
    const database = reader({ id: 7, ownerId: 1, text: ' a ' }, { id: 5, ownerId: 1, text: 'b' });
    const page = await NOTES.page(database, { limit: 1, after: 9 }, { ownerId: 1 });
    expect(page).toEqual({ items: [{ id: 7, ownerId: 1, text: 'a' }], nextCursor: 'Nw' });
    expect(database.asked).toEqual([
      [`${SELECT} WHERE note.owner_id = $1 AND note.id < $2 ORDER BY note.id DESC LIMIT $3`, [1, 9, 2]],
    ]);
  });

  it('without conditions reads from the start', async () => {
    const database = reader();
    expect(await NOTES.page(database, { limit: 20, after: undefined })).toEqual({
      items: [],
      nextCursor: null,
    });
    expect(database.asked).toEqual([[`${SELECT} ORDER BY note.id DESC LIMIT $1`, [21]]]);
  });

  it('finds one item, or null', async () => {
    expect(await NOTES.find(reader({ id: 7, ownerId: 1, text: ' a ' }), { id: 7 })).toMatchObject({
      text: 'a',
    });
    expect(await NOTES.find(reader(), { id: 7 })).toBeNull();
  });

  it.each([
    [{ ownerId: undefined }, 'The condition on ownerId has no value'],
    [{ ownerId: null }, 'The condition on ownerId has no value'],
    [{ 'id = 1 OR 1': 1 }, 'The list has no column id = 1 OR 1'],
    [{ constructor: 1 }, 'The list has no column constructor'],
  ])('refuses the condition %j', async (condition, message) => {
    const database = reader();
    await expect(NOTES.items(database, 1, undefined, condition as never)).rejects.toThrow(message);
    expect(database.asked).toEqual([]);
  });
});

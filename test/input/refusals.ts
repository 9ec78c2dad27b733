import type { TestApp } from '../support/app';

/** The compared parts of a response, whichever client sent the request. */
interface Answered {
  status: number;
  text: string;
  headers: Record<string, unknown>;
}

/** Stacks, SQL, files and hashes: no response may reveal them. */
export const LEAK =
  /\n\s+at \S|node_modules|\.ts:\d|\/src\/|\/dist\/|SQLITE_|QueryFailedError|(Type|Range|Reference)Error|password_?hash"?: ?"|\$2b\$/i;

/** The response is this refusal, reveals nothing about the server, and is a problem in the API. */
export function expectRefusal(answer: Answered, status: number, { api }: { api: boolean }): void {
  expect({ status: answer.status, text: answer.text.slice(0, 300) }).toMatchObject({ status });
  expect(answer.text).not.toMatch(LEAK);
  expect(answer.headers['content-type']).toMatch(api ? /^application\/problem\+json/ : /^text\/html/);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
}

export async function rows<T>(
  { dataSource }: TestApp,
  table: 'users' | 'messages' | 'sessions' | 'username_skeletons',
): Promise<T[]> {
  return dataSource.query<T[]>(`SELECT * FROM ${table} ORDER BY 1`);
}

/** `act` must not change users, messages and sessions; a session may have another flash. */
export async function expectNothingStored(app: TestApp, act: () => Promise<unknown>): Promise<void> {
  const stored = async () => ({
    users: await rows(app, 'users'),
    messages: await rows(app, 'messages'),
    sessions: (await rows<Record<string, unknown>>(app, 'sessions')).map(
      ({ id_hash, user_id, ended_at }) => ({
        id_hash,
        user_id,
        ended_at,
      }),
    ),
  });
  const before = await stored();
  await act();
  expect(await stored()).toEqual(before);
}

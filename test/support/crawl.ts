import type TestAgent from 'supertest/lib/agent';

const LINK = /<(a|form|img|link|script)\b[^>]*?\s(?:href|action|src)="([^"#?]*)[^"]*"/g;

interface Crawl {
  visited: string[];
  broken: string[];
  forms: string[];
}

/** Follows every link, style and script of the pages from `start` on. `forms`: the paths that they submit to. */
export async function crawl(agent: TestAgent, start: string): Promise<Crawl> {
  const visited = new Map<string, number>();
  const forms = new Set<string>();
  const waiting = [start];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (visited.has(path) || path.endsWith('/users/logout')) continue;
    const { status, text, headers } = await agent.get(path);
    visited.set(path, status);
    if (!headers['content-type']?.startsWith('text/html')) continue;
    for (const [, tag, target] of text.matchAll(LINK)) {
      if (target === '') continue;
      if (tag === 'form') forms.add(target);
      else waiting.push(target);
    }
  }
  const broken = [...visited]
    .filter(([, status]) => status >= 400)
    .map(([path, status]) => `${status} ${path}`);
  return { visited: [...visited.keys()], broken, forms: [...forms] };
}

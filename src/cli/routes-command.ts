import type { Command } from 'commander';
import { changesState, type MappedRoute, routeMap } from '../http/route-map/route-map';
import { CommandFailure } from './printable';
import { withApplication } from './with-application';

export function addRoutesCommand(program: Command): void {
  program
    .command('routes')
    .description('list every route with who may use it')
    .option('--check', 'fail if a route that changes something has no guard')
    .action(async ({ check = false }: { check?: boolean }) => {
      await withApplication((app) => {
        const routes = routeMap(app);
        console.log(tableOf(routes.map(columnsOf)));
        const unguarded = routes.filter((route) => route.admits === 'unguarded' && changesState(route));
        if (check && unguarded.length > 0)
          throw new CommandFailure(
            `Without a guard: ${unguarded.map(({ method, path }) => `${method} ${path}`).join(', ')}`,
          );
      });
    });
}

function columnsOf(route: MappedRoute): string[] {
  const { method, path, admits, owner, roles, permissions, needsStepUp, throttled, guards, handler } = route;
  const access = [
    owner === undefined ? admits : `owner (${owner})`,
    roles && `role ${roles.join(' or ')}`,
    permissions && `may ${permissions.join(' and ')}`,
    needsStepUp && 'step-up',
    throttled && `throttled: ${throttled}`,
    ...guards,
  ];
  return [method, path, access.filter(Boolean).join(', '), handler];
}

function tableOf(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

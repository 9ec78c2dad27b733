import { type Command, InvalidArgumentError } from 'commander';
import { AuditChain } from '../events/audit/audit-chain';
import { AuditVerification } from '../events/audit/audit-verification';
import { type Checkpoint, CheckpointFile } from '../events/audit/checkpoint-file';
import { CommandFailure, printable } from './printable';
import { withApplication } from './with-application';

const MOST_FINDINGS = 100;

export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('look after the audit log');
  audit
    .command('verify')
    .description('find every entry that was changed, removed or inserted')
    .option(
      '--known <end>',
      'an end that an earlier run has printed: an older state of the database does not hold it',
      parseEnd,
    )
    .action(({ known }: { known?: Checkpoint }) => verify(known));
  audit
    .command('seal')
    .description('seal the end anew as it is, once you know why the seal was broken')
    .action(() =>
      withApplication(async (app) => {
        await app.get(AuditChain, { strict: false }).reseal();
        console.log(
          'Sealed anew. What is missing or changed until here is still found by "latchkey audit verify".',
        );
      }),
    );
  audit
    .command('accept')
    .description('take the audit log as it is for the true one, once you have put back a backup')
    .action(() =>
      withApplication(async (app) => {
        await app.get(AuditChain, { strict: false }).accept();
        console.log('Accepted. What is noted in DATA_DIR is the end of the audit log as it is now.');
      }),
    );
}

async function verify(known: Checkpoint | undefined): Promise<void> {
  await withApplication(async (app) => {
    let findings = 0;
    const report = (finding: string) => {
      if (++findings <= MOST_FINDINGS) console.error(printable(finding));
    };
    const { entries, end } = await app.get(AuditVerification, { strict: false }).run(report, known);
    if (findings > MOST_FINDINGS) console.error(`… and ${findings - MOST_FINDINGS} more findings`);
    console.log(`${entries} entries${end ? `, the end is ${end.id}:${end.hash}` : ''}`);
    if ((await app.get(CheckpointFile, { strict: false }).read()) === undefined)
      console.log('No end is noted in DATA_DIR: an older state of the tables would not be found.');
    if (findings > 0) throw new CommandFailure('The audit log is not as it was written: see docs/audit.md');
    console.log('The audit log is whole.');
  });
}

function parseEnd(text: string): Checkpoint {
  const match = /^(\d+):([\w-]{43})$/.exec(text);
  if (!match) throw new InvalidArgumentError('It is a number, a colon and a hash, as printed before.');
  return { id: Number(match[1]), hash: match[2] };
}

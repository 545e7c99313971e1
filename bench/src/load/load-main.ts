/** A load process: does what the bench says over the pipe, so that its work is not measured as the server's. */
import { type Answer, type Call, COMMANDS } from './commands.ts';

process.on('message', (call: Call) => {
  void answer(call);
});
process.on('disconnect', () => process.exit());

async function answer({ id, name, argument }: Call): Promise<void> {
  const command = COMMANDS[name] as (argument: unknown) => unknown;
  try {
    tell({ id, result: await command(argument) });
  } catch (error) {
    tell({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function tell(answer: Answer): void {
  process.send?.(answer);
}

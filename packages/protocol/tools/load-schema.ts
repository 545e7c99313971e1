import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  createFileRegistry,
  type DescEnum,
  type DescFile,
  type DescMessage,
  type DescService,
  fromBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));

export interface Schema {
  readonly files: readonly DescFile[];
  readonly messages: readonly DescMessage[];
  readonly enums: readonly DescEnum[];
  readonly services: readonly DescService[];
}

/** Reads proto/ through `buf`. A message that contains itself is refused: decoding relies on a bounded depth. */
export function loadSchema(): Schema {
  const image = execFileSync('buf', ['build', '--as-file-descriptor-set', '-o', '-'], {
    cwd: `${PACKAGE}proto`,
    env: { ...process.env, PATH: `${PACKAGE}../../node_modules/.bin:${process.env['PATH']}` },
  });
  const files = [...createFileRegistry(fromBinary(FileDescriptorSetSchema, image)).files];
  const messages = files.flatMap((file) => file.messages);
  for (const message of messages) refuseRecursion(message, []);
  return {
    files,
    messages,
    enums: files.flatMap((file) => file.enums),
    services: files.flatMap((file) => file.services),
  };
}

function refuseRecursion(message: DescMessage, outer: readonly DescMessage[]): void {
  if (outer.includes(message)) throw new Error(`${message.name} contains itself`);
  for (const field of message.fields) if (field.message) refuseRecursion(field.message, [...outer, message]);
}

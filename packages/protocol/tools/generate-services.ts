import type { DescFile, DescMethod, DescService } from '@bufbuild/protobuf';
import type { Schema } from './load-schema.ts';

// descriptor.proto: the field numbers that the path of a comment is made of.
const MESSAGE = 4;
const SERVICE = 6;
const FIELD = 2;
const METHOD = 2;

/** The procedures with their codecs, and the comments of the schema, for whoever describes it to people. */
export function servicesCode(schema: Schema, header: string): string {
  const texts = new Map(schema.files.map((file) => [file, commentsOf(file)]));
  const services = schema.files.flatMap((file) =>
    file.services.map((service, index) => serviceTable(service, texts.get(file) as Comments, index)),
  );
  const comments = schema.files.flatMap((file) =>
    file.messages.map((message, at) => {
      const text = (path: string): string => texts.get(file)?.get(path) ?? '';
      const fields = message.fields
        .map((field, index) => [field.localName, text(`${MESSAGE},${at},${FIELD},${index}`)] as const)
        .filter(([, comment]) => comment !== '')
        .map(([name, comment]) => `${name}: ${quoted(comment)}`);
      const own = text(`${MESSAGE},${at}`);
      return `  ${message.name}: { text: ${quoted(own)}, fields: {${fields.length === 0 ? '' : ` ${fields.join(', ')} `}} },`;
    }),
  );
  return [
    header,
    "import type { MessageCoder, MessageComments, ServiceTable } from '../json/service-table.ts';",
    "import * as codec from './skein.gen.ts';",
    "import * as json from './skein-json.gen.ts';\n",
    'export const CODERS = {',
    ...schema.messages.map(
      ({ name }) =>
        `  ${name}: { table: json.${name}, read: codec.read${name}, write: codec.write${name} } as MessageCoder,`,
    ),
    '};\n',
    'export const SERVICES: readonly ServiceTable[] = [',
    ...services,
    '];\n',
    'export const COMMENTS: Readonly<Record<string, MessageComments>> = {',
    ...comments,
    '};\n',
  ].join('\n');
}

type Comments = ReadonlyMap<string, string>;

function serviceTable(service: DescService, comments: Comments, at: number): string {
  const methods = service.methods.map((method, index) =>
    methodRow(method, comments.get(`${SERVICE},${at},${METHOD},${index}`) ?? ''),
  );
  return [
    `  {\n    name: '${service.name}',`,
    `    text: ${quoted(comments.get(`${SERVICE},${at}`) ?? '')},`,
    '    methods: [',
    ...methods,
    '    ],\n  },',
  ].join('\n');
}

function methodRow({ name, input, output }: DescMethod, text: string): string {
  return `      { name: '${name}', text: ${quoted(text)}, input: CODERS.${input.name}, output: CODERS.${output.name} },`;
}

/** Path of what is commented → the comment as one line. */
function commentsOf(file: DescFile): Comments {
  const locations = file.proto.sourceCodeInfo?.location ?? [];
  return new Map(
    locations.map(({ path, leadingComments }) => [
      path.join(','),
      leadingComments
        .split('\n')
        .map((line) => line.trim())
        .join(' ')
        .trim(),
    ]),
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

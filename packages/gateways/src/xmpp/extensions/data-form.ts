import { NS } from '../namespaces.ts';
import { childOf, childrenOf, type Element, textOf } from '../xml/element.ts';
import { type Xml, xml, xmlText } from '../xml/write-xml.ts';

export interface FormField {
  readonly name: string;
  readonly type: 'hidden' | 'text-single' | 'boolean' | 'jid-single' | 'list-single';
  readonly label?: string;
  readonly value?: string;
  /** §3.2: what a list is chosen from. */
  readonly options?: readonly string[];
}

/** XEP-0004: the values of a submitted form by the names of their fields; null where there is no form. */
export function readForm(parent: Element): ReadonlyMap<string, string> | null {
  const form = childOf(parent, 'x', NS.dataForms);
  if (form === undefined) return null;
  const fields = childrenOf(form, 'field', NS.dataForms).map((field): [string, string] => [
    field.attrs['var'] ?? '',
    textOf(childOf(field, 'value', NS.dataForms)),
  ]);
  return new Map(fields);
}

export function writeForm(type: 'form' | 'result', fields: readonly FormField[], title?: string): Xml {
  const heading = title === undefined ? [] : [xml('title', {}, xmlText(title))];
  const written = fields.map(({ name, type: kind, label, value, options = [] }) => {
    const values = value === undefined ? [] : [xml('value', {}, xmlText(value))];
    const choices = options.map((option) => xml('option', {}, xml('value', {}, xmlText(option))));
    return xml('field', { var: name, type: kind, label }, ...values, ...choices);
  });
  return xml('x', { xmlns: NS.dataForms, type }, ...heading, ...written);
}

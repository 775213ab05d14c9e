import { type ObjectNode, parseSettings, type SettingsMember, type SettingsNode } from './settings-syntax.ts';

/** One key to set; sections on the way are made when they are missing. Keys match without regard to case. */
export interface SettingChange {
  path: readonly string[];
  value: unknown;
}

/** The text with the changes made and everything else untouched: order, unknown keys, comments, line ends. */
export function editSettings(text: string, changes: readonly SettingChange[]): string {
  let edited = text;
  for (const change of changes) edited = applyChange(edited, change);
  return edited;
}

function applyChange(text: string, { path, value }: SettingChange): string {
  let node = parseSettings(text);
  for (const [depth, name] of path.entries()) {
    const last = depth === path.length - 1;
    const rest = nested(path.slice(depth + 1), value);
    if (node.kind !== 'object') return replace(text, node, nested(path.slice(depth), value));
    const member = memberNamed(node, name);
    if (member === undefined) return insert(text, node, name, rest);
    if (last) return replace(text, member.value, value);
    node = member.value;
  }
  return text;
}

const memberNamed = (node: ObjectNode, name: string): SettingsMember | undefined =>
  node.members.find((member) => member.key.toLowerCase() === name.toLowerCase());

/** `value` below sections of these names. */
const nested = (names: readonly string[], value: unknown): unknown =>
  names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);

function replace(text: string, node: SettingsNode, value: unknown): string {
  return text.slice(0, node.start) + render(value, indentAt(text, node.start), text) + text.slice(node.end);
}

function insert(text: string, section: ObjectNode, name: string, value: unknown): string {
  const end = lineEnd(text);
  const outer = indentAt(text, section.start);
  const last = section.members.at(-1);
  if (last === undefined) {
    const inside = text.slice(section.start + 1, section.end - 1);
    const indent = `${outer}  `;
    const kept = inside.trim() === '' ? end + outer : inside;
    const member = `${JSON.stringify(name)}: ${render(value, indent, text)}`;
    return `${text.slice(0, section.start + 1)}${end}${indent}${member}${kept}${text.slice(section.end - 1)}`;
  }
  // A remark behind the last member stays on its line: the comma goes before it, the new member after it.
  const remark = remarkAfter(text, last.value.end);
  const at = last.value.end + remark.length;
  const onOneLine = !text.slice(section.start, section.end).includes('\n');
  const indent = onOneLine ? outer : indentAt(text, last.start);
  const gap = onOneLine ? ' ' : end + indent;
  const member = `${JSON.stringify(name)}: ${render(value, indent, text)}`;
  return `${text.slice(0, last.value.end)},${remark}${gap}${member}${text.slice(at)}`;
}

function remarkAfter(text: string, offset: number): string {
  const remark = /[ \t]*(?:\/\/[^\r\n]*|\/\*.*?\*\/)/sy;
  remark.lastIndex = offset;
  return remark.exec(text)?.[0] ?? '';
}

function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? '';
}

const render = (value: unknown, indent: string, text: string): string =>
  JSON.stringify(value, null, 2).replaceAll('\n', lineEnd(text) + indent);

const lineEnd = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

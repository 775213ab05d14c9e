/** Indented JSON, as the Azure CLI prints it. */
export const renderJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const colour = { key: '\u001b[36m', text: '\u001b[32m', other: '\u001b[33m', end: '\u001b[0m' } as const;

/** JSON with terminal colours: keys, texts and everything else. */
export const renderColouredJson = (value: unknown): string =>
  renderJson(value).replace(token, (all, text: string | undefined, colon: string | undefined) => {
    if (text === undefined) return `${colour.other}${all}${colour.end}`;
    if (colon === undefined) return `${colour.text}${text}${colour.end}`;
    return `${colour.key}${text}${colour.end}${colon}`;
  });

/** The rule for the password of `admin` (admin 2.7). */
const specials = '~!@#$%^&()-_+=|<>\\/;:,.';

const parts: readonly [problem: string, holds: (password: string) => boolean][] = [
  ['must have 8 to 16 characters', (password) => [...password].length >= 8 && [...password].length <= 16],
  ['must have an upper-case letter (A-Z)', (password) => /[A-Z]/.test(password)],
  ['must have a lower-case letter (a-z)', (password) => /[a-z]/.test(password)],
  ['must have a digit (0-9)', (password) => /[0-9]/.test(password)],
  [
    `must have one of the special characters ${[...specials].join(' ')}`,
    (password) => [...password].some((character) => specials.includes(character)),
  ],
  ['may hold only printable ASCII characters, and no space', (password) => /^[!-~]*$/.test(password)],
];

/** Every part of the rule that the password breaks, as the end of a sentence that begins with "The password". */
export const passwordProblems = (password: string): string[] =>
  parts.filter(([, holds]) => !holds(password)).map(([problem]) => problem);

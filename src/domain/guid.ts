const form = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a text is a hyphenated GUID: an identifier, or the message of a fault whose details are only in the log. */
export const isGuid = (text: string): boolean => form.test(text);

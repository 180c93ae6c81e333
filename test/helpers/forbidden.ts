/** What no answer may hold: characters that a model reads and a person does not see, and halves of characters. */
export const FORBIDDEN =
  /(?![\n\t])\p{Cc}|[\u00AD\u061C\u200B\u200C\u200E\u200F\u2028-\u202E\u2060-\u2064\u2066-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]|\p{Surrogate}/u;

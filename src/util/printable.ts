/** The text with control characters replaced, so that what a file holds cannot steer the terminal; tabs become one space. */
export function printable(text: string): string {
  return text.replaceAll('\t', ' ').replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '·');
}

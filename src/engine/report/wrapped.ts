/** Prose in lines of at most 100 characters, where words allow it. */
const width = 100;

export function wrapped(text: string, indent: string, hanging = 0): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/(?<=\S)(?= )/)) {
    if (line.length + word.length > width && line.trim() !== '') {
      lines.push(line);
      line = indent + ' '.repeat(hanging) + word.trimStart();
    } else {
      line += word;
    }
  }
  return [...lines, line];
}

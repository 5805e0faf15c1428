const CELL = { width: 8.4, height: 18 };
const MARGIN = 14;
const BAR_HEIGHT = 30;
const FONT_PX = 14;
const COLOURS = { back: '#161b22', bar: '#21262d', text: '#d0d7de' };
/** The eight colours of a terminal, by their index; the bright ones look the same. */
const PALETTE = ['#484f58', '#ff7b72', '#3fb950', '#e3b341', '#79c0ff', '#d2a8ff', '#56d4dd', '#d0d7de'];

/** The lines of a terminal's buffer as a picture of a window; `title` stands in its bar. */
export function screenToSvg(lines, { columns, title }) {
  const last = lines.findLastIndex((line) => line && line.translateToString(true) !== '');
  const rows = lines.slice(0, last + 1);
  const width = Math.ceil(columns * CELL.width + 2 * MARGIN);
  const height = Math.ceil(BAR_HEIGHT + rows.length * CELL.height + 2 * MARGIN);
  const dots = ['#ff5f56', '#ffbd2e', '#27c93f'].map((fill, i) => `<circle cx="${18 + i * 18}" cy="15" r="5.5" fill="${fill}"/>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${COLOURS.back}"/>`,
    `<path d="M0 ${BAR_HEIGHT}V8a8 8 0 0 1 8-8h${width - 16}a8 8 0 0 1 8 8v${BAR_HEIGHT - 8}z" fill="${COLOURS.bar}"/>`,
    ...dots,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${FONT_PX}" fill="${COLOURS.text}" xml:space="preserve">`,
    `<text x="${width / 2}" y="20" text-anchor="middle" fill-opacity="0.7">${escapeXml(title)}</text>`,
    ...rows.flatMap((line, y) => lineToText(line, BAR_HEIGHT + MARGIN + y * CELL.height + FONT_PX)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** One element for each stretch of one style, each set to the width of its cells, whatever the font. */
function lineToText(line, y) {
  return stretchesOf(line).map(({ x, text, cells, style }) => {
    const attributes = [
      `x="${(MARGIN + x * CELL.width).toFixed(1)}"`,
      `y="${y}"`,
      `textLength="${(cells * CELL.width).toFixed(1)}"`,
    ];
    // Browsers make one of several blanks, whatever xml:space says.
    return `<text ${[...attributes, ...style].join(' ')}>${escapeXml(text).replaceAll(' ', '\u00a0')}</text>`;
  });
}

function stretchesOf(line) {
  const stretches = [];
  for (let x = 0; x < line.length; x += 1) {
    const cell = line.getCell(x);
    const text = cell.getChars() || ' ';
    const style = styleOf(cell);
    const before = stretches.at(-1);
    if (before && before.style.join() === style.join()) {
      before.text += text;
      before.cells += 1;
    } else stretches.push({ x, text, cells: 1, style });
  }
  return stretches.map(trimmed).filter(({ cells }) => cells > 0);
}

/** Without blanks at its ends, which browsers may drop. */
function trimmed({ x, text, style }) {
  const lead = text.length - text.trimStart().length;
  const kept = text.trim();
  return { x: x + lead, text: kept, cells: [...kept].length, style };
}

function styleOf(cell) {
  return [
    ...(cell.isFgPalette() ? [`fill="${PALETTE[cell.getFgColor() % 8]}"`] : []),
    ...(cell.isBold() ? ['font-weight="bold"'] : []),
    ...(cell.isDim() ? ['fill-opacity="0.6"'] : []),
  ];
}

function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

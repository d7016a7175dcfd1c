// What every plot has in common. A plot is plain SVG that follows the reader's light or dark theme.

/** Colours that stay apart for people who do not tell red from green, in both themes. */
const colours = ['#3b7dd8', '#d9822b', '#2a9d8f', '#b5679b', '#8c8c8c', '#c9a227', '#6a5acd'];

const style = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 16px; font-weight: 600; }
  .quiet { fill: #57606a; }
  .right { text-anchor: end; }
  .middle { text-anchor: middle; }
  .paper { fill: #ffffff; }
  .grid { stroke: #d0d7de; }
  .mark { stroke: #cf222e; stroke-width: 2; }
  ${colours.map((colour, index) => `.fill${index} { fill: ${colour}; }`).join('\n  ')}
  ${colours.map((colour, index) => `.line${index} { stroke: ${colour}; }`).join('\n  ')}
  .line { fill: none; stroke-width: 2; }
  .dashed { stroke-dasharray: 6 4; }
  .late { opacity: 0.6; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .quiet { fill: #9da7b3; }
    .paper { fill: #0d1117; }
    .grid { stroke: #30363d; }
    .mark { stroke: #ff7b72; }
  }
`;

/** A whole SVG file. */
export function plot({ width, height, title }, elements) {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${escapeXml(title)}">`,
    `<style>${style}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    label({ x: 16, y: 28, as: 'title' }, title),
    ...elements,
    '</svg>',
    '',
  ].join('\n');
}

/** A line of text; `as` are its classes. */
export function label({ x, y, as = '' }, text) {
  return `<text x="${round(x)}" y="${round(y)}" class="${as}">${escapeXml(text)}</text>`;
}

/** A filled box in the colour of a number; what it means can be read by pointing at it. */
export function box({ x, y, width, height, colour, as = '' }, meaning) {
  const place = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
  return `<rect ${place} class="fill${colourOf(colour)} ${as}"><title>${escapeXml(meaning)}</title></rect>`;
}

/** A straight line from one point to another. */
export function stroke([x1, y1], [x2, y2], as) {
  const place = `x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"`;
  return `<line ${place} class="${as}"/>`;
}

/** What each colour stands for, in one row. */
export function legend({ x, y }, names) {
  let at = x;
  return names.flatMap(({ name, colour, as }) => {
    const left = at;
    at += 26 + name.length * 7.2 + 18;
    return [
      box({ x: left, y: y - 10, width: 18, height: 11, colour, as }, name),
      label({ x: left + 24, y }, name),
    ];
  });
}

/** Round values from 0 that cover `max`, five or so: what an axis is labelled with. */
export function ticks(max) {
  const rough = max / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((times) => times * power >= rough) * power;
  return Array.from({ length: Math.ceil(max / step) + 1 }, (_, index) => index * step);
}

export const colourOf = (index) => index % colours.length;

export const round = (value) => Math.round(value * 10) / 10;

function escapeXml(text) {
  const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return String(text).replace(/[&<>"]/g, (character) => entities[character]);
}

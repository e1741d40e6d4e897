/** The page's own style. The page can be read without it; print and dark screens are provided for. */
export const STYLE = `
:root { color-scheme: light dark; --line: #b1b4b6; --quiet: #505a5f; --link: #1d70b8; --paper: #fff; --ink: #0b0c0c; }
@media (prefers-color-scheme: dark) {
  :root { --line: #5f666b; --quiet: #b8bec2; --link: #8ec5ff; --paper: #121212; --ink: #f3f3f3; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1, h2, h3 { line-height: 1.25; }
h2 { margin-top: 2.5rem; padding-top: 0.75rem; border-top: 2px solid var(--line); }
h3 { margin-top: 2rem; }
a { color: var(--link); }
nav ul { columns: 2; padding: 0; list-style: none; }
code { font-size: 0.85em; color: var(--quiet); }
dl > div { display: grid; grid-template-columns: 14rem 1fr; gap: 1rem; padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
dt { font-weight: 600; }
dd { margin: 0; }
ul { padding-left: 1.25rem; margin: 0.25rem 0; }
table { width: 100%; margin: 1rem 0; border-collapse: collapse; }
caption { padding: 0.5rem 0; text-align: left; font-weight: 600; }
th, td { padding: 0.5rem 0.75rem 0.5rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
tbody th { font-weight: 400; }
@media (max-width: 40rem) {
  nav ul { columns: 1; }
  dl > div { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, caption, tbody, tr, tbody th, td { display: block; }
  tr { padding: 0.5rem 0; border-bottom: 1px solid var(--line); }
  tbody th, td { padding: 0; border: 0; }
  tbody th { font-weight: 600; }
  td::before { content: attr(data-column) ": "; color: var(--quiet); }
}
@media print {
  :root { color-scheme: light; --line: #b1b4b6; --quiet: #505a5f; --paper: #fff; --ink: #000; }
  body { font-size: 10pt; }
  nav { display: none; }
  h2, h3, caption { break-after: avoid; }
  tr, dl > div { break-inside: avoid; }
}
`;

/** Of the page that describes the API; follows the reader's light or dark. */
export const PAGE_STYLE = `:root { color-scheme: light dark; --line: light-dark(#dcdfe4, #3a3f47); --soft: light-dark(#f5f6f8, #1d2127) }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 56rem; margin: 0 auto; padding: 1.5rem;
  background: light-dark(#fff, #14171b); color: light-dark(#1c2024, #e4e7eb) }
a { color: light-dark(#0b62c4, #7db4ff) }
nav a { margin-right: .8rem }
code, pre { font: .9em/1.5 ui-monospace, monospace }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .8rem; overflow-x: auto }
article { border: 1px solid var(--line); border-radius: 8px; padding: .2rem 1rem; margin: 1rem 0 }
h2 { margin-top: 2.5rem }
h3 { margin: .8rem 0 .2rem }
.path { background: var(--soft); border-radius: 6px; padding: .3rem .6rem; overflow-x: auto }
.problems { color: light-dark(#6a7178, #98a1ab); font-size: .9em }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 }
td { border-top: 1px solid var(--line); padding: .3rem .6rem .3rem 0; vertical-align: top }
details { margin: .3rem 0 }
summary { cursor: pointer }
`;

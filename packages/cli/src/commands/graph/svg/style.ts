/** Looks of a drawing, light or dark as its reader likes it. */
export const STYLE = `
svg { color-scheme: light dark }
text { font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; fill: #0f172a }
.heading { font-size: 20px; font-weight: 600 }
.title { font-size: 15px; font-weight: 600 }
.name { font-weight: 600 }
.dim, .needs { fill: #475569 }
.failed { fill: #b91c1c }
.warned { fill: #92400e }
.page { fill: #ffffff }
.card { fill: #eff6ff; stroke: #3b82f6 }
.module { fill: #dcfce7; stroke: #16a34a }
.point { fill: #f3e8ff; stroke: #9333ea }
.service { fill: #f1f5f9; stroke: #64748b }
.warning { stroke: #d97706; stroke-width: 2 }
.error { fill: #fef2f2; stroke: #dc2626; stroke-width: 2 }
.line { fill: none; stroke: #64748b; stroke-width: 1.3 }
.use { stroke-dasharray: 5 3 }
.arrow { fill: #64748b }
@media (prefers-color-scheme: dark) {
  text { fill: #f1f5f9 }
  .dim, .needs { fill: #a3b1c6 }
  .failed { fill: #fca5a5 }
  .warned { fill: #fcd34d }
  .page { fill: #0b1120 }
  .card { fill: #172033; stroke: #60a5fa }
  .module { fill: #12301f; stroke: #4ade80 }
  .point { fill: #2b1a42; stroke: #c084fc }
  .service { fill: #1e293b; stroke: #94a3b8 }
  .warning { stroke: #fbbf24 }
  .error { fill: #3b1416; stroke: #f87171 }
  .line { stroke: #94a3b8 }
  .arrow { fill: #94a3b8 }
}
`;
